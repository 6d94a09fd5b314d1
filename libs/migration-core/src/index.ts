export { type KeyMapping, keyMapping, type KeyMappingRules, type Mapped } from './key-mapping.ts';
