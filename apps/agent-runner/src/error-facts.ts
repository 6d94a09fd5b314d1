import { AppError } from '@agent-engine/errors';

interface Facts {
  name: string;
  code?: string | number;
  status?: number;
  message?: string;
  stack?: string[];
  cause?: Facts;
}

/**
 * An error as it may be logged. Providers and tools quote prompts, keys and answers in their messages and hang whole
 * requests on their errors, so of those only the kind is kept; where it was thrown is told for all.
 */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, statusCode, $metadata } = error as {
    code?: unknown;
    statusCode?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const ours = error instanceof AppError || $metadata !== undefined || isSystemError(error);
  return {
    name: error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof statusCode === 'number' && { status: statusCode }),
    ...($metadata?.httpStatusCode !== undefined && { status: $metadata.httpStatusCode }),
    ...(ours && { message: error.message }),
    stack: frames(error),
    ...(error.cause !== undefined && { cause: errorFacts(error.cause) }),
  };
}

/** Errors of the operating system name what failed (`connect ECONNREFUSED`) and nothing else. */
function isSystemError(error: Error): boolean {
  return 'syscall' in error;
}

/** Without the first lines, which repeat the message. */
function frames({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim());
}
