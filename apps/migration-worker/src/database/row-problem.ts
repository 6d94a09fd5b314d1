/** Why DynamoDB will never take this row, or undefined when the failure is not the row's. */
export function rowProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'ItemCollectionSizeLimitExceededException' || error.name === 'ValidationException')
    return `${error.name}: ${error.message}`;
  return undefined;
}
