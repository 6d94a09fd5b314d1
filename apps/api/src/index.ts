export { createApi, type Api, type ApiOverrides } from './create-api.ts';
