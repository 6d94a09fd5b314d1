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
  // Apollo gives every invalid document one code; ours says more.
  const code = formatted.extensions?.reason ?? formatted.extensions?.code;
  // A GraphQLError without a code of its own is a value that does not fit its type: our mistake, not the document's.
  if (original instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: formatted.message, locations, path, extensions: { code } };
  }
  const { message, code: ours, details, isRetryable } = AppError.from(original);
  return {
    message,
    path,
    extensions: { code: ours, ...(details && { details }), ...(isRetryable && { retryable: true }) },
  };
}
