/** So many are told of what a provider lists. */
const MAX_LISTED = 1_000;

/** The rest is never asked for. */
export async function firstOf<T>(items: AsyncIterable<T>, max = MAX_LISTED): Promise<T[]> {
  const first: T[] = [];
  for await (const item of items) {
    first.push(item);
    if (first.length === max) break;
  }
  return first;
}
