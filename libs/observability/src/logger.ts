import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Key names whose values never reach a log, at the top or one level down. Content is not logged in the first place. */
const SECRET_KEYS = [
  'authorization',
  'apiKey',
  'api_key',
  'token',
  'secret',
  'password',
  'headers',
  'x-api-key',
  'cookie',
];

export interface LoggerOptions {
  /** Process name in every line: `api`, `agent-runner`, `migration-worker`. */
  name: string;
  level: string;
  /** Added to each line: the partition and request in which it was written. */
  context?: () => Record<string, unknown>;
  destination?: DestinationStream;
}

/** JSON lines on stdout. Errors are logged with their causes under `err`. */
export function createLogger({ name, level, context, destination }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      mixin: context,
      redact: { paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '[redacted]' },
    },
    destination,
  );
}
