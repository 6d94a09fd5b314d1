import type { Call } from '@agent-engine/fault-bed';

/** The state that a call carries the migration to; undefined for any other call. */
export function controlState({ operation, request }: Call): string | undefined {
  if (operation !== 'PutItem') return undefined;
  const { item, state } = request.Item as Record<string, { S?: string } | undefined>;
  return item?.S === 'control' ? state?.S : undefined;
}
