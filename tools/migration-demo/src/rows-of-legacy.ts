import { readWorld } from '@agent-engine/fault-bed';
import type { Place } from './stage.ts';

/** How many of these elements the older engine's table has. */
export async function elementsAtSource({ client }: Place, ids: readonly string[]): Promise<number> {
  const wanted = new Set(ids);
  let found = 0;
  for await (const { item } of readWorld({ client, side: 'source', tables: ['elements'] })) {
    if (wanted.has(item.element_uuid?.S ?? '')) found++;
  }
  return found;
}
