import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type EntityDefinition, type Filter, type Index, storedName } from '@agent-engine/entities';
import { AppError } from '@agent-engine/errors';
import { Expression } from './expression.ts';
import { keySpaceOf, type AnyScope } from './key-space.ts';
import type { ListArguments } from './list-arguments.ts';
import { millisecondsOf } from './timestamp.ts';

/** How a list is read: a query of one index, or, for global tables without a hash, a scan. */
export interface ListPlan {
  index?: Index;
  forward: boolean;
  /** What the position in the list cannot change. Empty for a scan. */
  hash: Record<string, AttributeValue>;
  keyCondition?: string;
  filter?: string;
  /** The filter is expected to leave rows out; a mere guard of the scope is not. */
  selective: boolean;
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
}

export function planList(definition: EntityDefinition, scope: AnyScope, args: ListArguments): ListPlan {
  const { key, list } = definition;
  const space = keySpaceOf(definition);
  const expression = new Expression();
  const filters: string[] = [];

  const hashOfScope = space.hash(scope);
  const hashArgument = args[key.hash];
  const guard = space.guard(scope);
  const bounds = timeBounds(definition, args);

  // Which index serves: a date bound its own, else the first selector that is given, else the list's default.
  const selectors = Object.entries(list.selectors ?? {}).filter(([argument]) => args[argument] != null);
  const selector = bounds ? undefined : selectors.shift();
  let index = definition.indexes[bounds?.index ?? selector?.[1] ?? list.index ?? ''];
  let hash: [string, string] | undefined;
  if (hashOfScope !== undefined) hash = [key.hash, hashOfScope];
  else if (typeof hashArgument === 'string') hash = [key.hash, hashArgument];
  else if (guard && index?.hash) hash = [index.hash, guard.partitionKey];
  // A global index is for lists without the table's own hash key.
  if (index?.kind === 'global' && hash?.[0] !== index.hash) index = undefined;
  const guarded =
    guard && hash?.[0] !== 'partitionKey'
      ? [expression.oneOf('partitionKey', [guard.partitionKey], guard.orMissing)]
      : [];
  const conditions = hash ? [expression.equals(...hash)] : [];
  const rangeConditions = bounds
    ? expression.between(bounds.attribute, bounds.from, bounds.to, bounds.inclusive)
    : [];
  // A scan has no sort key to bound: there the dates are filters like any other.
  (hash ? conditions : filters).push(...rangeConditions);
  if (selector) conditions.push(expression.equals(selector[0], args[selector[0]]));
  for (const [argument] of selectors) filters.push(expression.equals(argument, args[argument]));
  for (const [argument, filter] of Object.entries(list.filters ?? {})) {
    filters.push(...filterExpressions(definition, expression, argument, filter, args));
  }

  const descending = args.order ? args.order === 'descending' : list.order === 'descending';
  return {
    ...(hash && { index, keyCondition: conditions.join(' AND ') }),
    forward: !descending,
    hash: hash ? { [storedName(hash[0])]: { S: hash[1] } } : {},
    selective: filters.length > 0,
    ...(guarded.length + filters.length > 0 && { filter: [...guarded, ...filters].join(' AND ') }),
    names: expression.names,
    values: expression.values,
  };
}

/** The bounds of time a caller gave, and the index they are served by. */
function timeBounds({ list }: EntityDefinition, args: ListArguments) {
  const { between: attribute, bounds } = list;
  if (attribute === undefined) return undefined;
  const [from, to] = bounds ? [bounds.from, bounds.to] : [`${attribute}Gt`, `${attribute}Lt`];
  if (args[from] == null && args[to] == null) return undefined;
  const value = (argument: string) => (bounds ? unixSeconds(args[argument]) : args[argument]);
  return {
    attribute,
    index: bounds?.index ?? list.index,
    from: value(from),
    to: value(to),
    inclusive: bounds !== undefined,
  };
}

const unixSeconds = (stored: unknown) =>
  typeof stored === 'string' ? Math.floor(millisecondsOf(stored) / 1000) : undefined;

function filterExpressions(
  definition: EntityDefinition,
  expression: Expression,
  argument: string,
  filter: Filter,
  args: ListArguments,
): string[] {
  const value = args[argument];
  if (value == null) return [];
  switch (filter.test) {
    case 'ignored':
      return [];
    case 'equals':
      return [expression.equals([filter.attribute, ...(filter.path ?? [])], value)];
    case 'contains':
      return value === '' ? [] : [expression.contains(filter.attribute, value)];
    case 'oneOf': {
      const wanted = (Array.isArray(value) ? value : [value]).filter((entry) => entry != null);
      const fallback = definition.attributes[filter.attribute]?.default;
      return wanted.length === 0
        ? []
        : [expression.oneOf(filter.attribute, wanted, wanted.includes(fallback))];
    }
    case 'range': {
      const attribute = typeof value === 'string' ? filter.among[value] : undefined;
      if (!attribute) {
        const choices = Object.keys(filter.among).join(', ');
        throw new AppError('argument.invalid', `${argument} must be one of ${choices}.`, {
          details: { argument },
        });
      }
      // Named the other way round in the contract: "great" is the upper bound. 0 means no bound.
      return [
        ...(args[filter.below] ? [expression.compare(attribute, '<', args[filter.below])] : []),
        ...(args[filter.from] ? [expression.compare(attribute, '>=', args[filter.from])] : []),
      ];
    }
  }
}
