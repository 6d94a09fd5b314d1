import type { EntityDefinition } from '@agent-engine/entities';
import { newUuid } from './identifiers.ts';
import { assertRowFits } from './row-size.ts';
import { timestamp } from './timestamp.ts';
import { assertComplete, prepared, type Values } from './values.ts';

/**
 * All attributes of a new row: defaults and a generated key, what is given, clocks, and what the scope says.
 * @throws AppError `argument.required`, `argument.invalid`, `argument.tooLarge`
 */
export function newRow(definition: EntityDefinition, given: Values, scoped: Values): Values {
  const { key, attributes } = definition;
  const now = timestamp();
  const defaults = Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const row: Values = {
    ...defaults,
    [key.range]: newUuid(),
    ...given,
    ...('createdAt' in attributes && { createdAt: now }),
    ...('updatedAt' in attributes && { updatedAt: now }),
    ...scoped,
  };
  assertComplete(definition, row);
  const complete = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, prepared(definition, name, value)]),
  );
  assertRowFits(definition, complete);
  return complete;
}
