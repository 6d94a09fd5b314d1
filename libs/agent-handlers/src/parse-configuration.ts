import { AppError } from '@agent-engine/errors';
import type { z } from 'zod';

/**
 * An agent's `configuration` as a handler's schema reads it.
 * @param place of the configuration
 * @throws AppError `argument.invalid` naming the setting and the rule, never the value: it may be a key
 */
export function parseConfiguration<T>(
  schema: z.ZodType<T>,
  configuration: unknown,
  place = 'configuration',
): T {
  const result = schema.safeParse(configuration);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    argument: [place, ...path].join('.'),
    message,
  }));
  const problems = issues.map(({ argument, message }) => `${argument}: ${message}`).join('; ');
  throw new AppError('argument.invalid', `The agent cannot be run as it is configured: ${problems}.`, {
    details: { argument: issues[0]?.argument },
  });
}
