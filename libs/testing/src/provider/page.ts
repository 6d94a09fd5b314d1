/** So few that clients have to turn pages. */
const PAGE = 2;

/**
 * A page of what a provider lists.
 * @param after what the page before gave as `next`; null for the first
 */
export function pageOf<T>(items: readonly T[], after: string | null, nameOf: (item: T) => string) {
  const start = after === null ? 0 : items.findIndex((item) => nameOf(item) === after) + 1;
  const page = items.slice(start, start + PAGE);
  const last = page.at(-1);
  return { page, next: last !== undefined && start + PAGE < items.length ? nameOf(last) : null };
}

/** A parameter of a request's query. */
export const queryOf = (url: string | undefined, name: string): string | null =>
  new URL(url ?? '', 'http://stand-in').searchParams.get(name);
