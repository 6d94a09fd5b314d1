export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { releaseBootMemory } from './release-boot-memory.ts';
