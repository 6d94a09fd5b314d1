import type { Logger } from '@agent-engine/observability';
import type { LoggerService } from '@nestjs/common';

/** Nest's own messages in our log. What it says about booting is for debugging. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: (message: unknown) => logger.debug({ nest: message }, 'nest'),
  warn: (message: unknown) => logger.warn({ nest: message }, 'nest'),
  error: (message: unknown, ...details: unknown[]) => logger.error({ err: message, details }, 'nest'),
});
