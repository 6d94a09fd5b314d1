export { createLoaders, type Loaders } from './loaders.ts';
