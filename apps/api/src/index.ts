export { createApi, type Api, type ApiOverrides } from './create-api.ts';
export { type AskAnswer, AskPort, type AskRequest } from './sockets/ask-port.ts';
