import { unwrapResolverError } from '@apollo/server/errors';
import { AppError } from '@agent-engine/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/**
 * The one place where errors become what clients see. Errors of ours keep their text and code; the document's own
 * mistakes keep GraphQL's; of anything else nothing is told.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const original = unwrapResolverError(error);
  const { path, locations } = formatted;
  if (original instanceof GraphQLError) {
    const code = formatted.extensions?.code;
    return { message: formatted.message, locations, path, extensions: { code } };
  }
  const { message, code, details } = AppError.from(original);
  return { message, path, extensions: { code, ...(details && { details }) } };
}
