import type { ChangeEvent } from '../change-event.ts';
import { forwardMapper } from '../forward.mapper.ts';
import type { Item } from '../item.ts';
import { keyMapping } from '../key-mapping.ts';
import { reverseMapper } from '../reverse.mapper.ts';
import type { RowMapper } from '../row-mapper.ts';
import { legacyAgents, tenantAgents } from './shapes.fixture.ts';

/** One source row over time: entry i is what it is after the i-th change, undefined where it does not exist. */
export type History = readonly (Item | undefined)[];

/** A direction of the migration, and the rows an application writes on its source side. */
export interface Setting {
  mapper: RowMapper;
  /** Rows with different parts have different target keys. */
  parts: readonly ('a' | 'b')[];
  row: (id: string, part: 'a' | 'b', value: number) => Item;
}

const belonging = { endpointId: 'gpt', partId: 'acme' };
const mapping = keyMapping({ default: 'same', partitions: { a: belonging, b: belonging } });

/** Legacy rows to their partition: the target key never changes. */
export const fixed: Setting = {
  mapper: forwardMapper({
    from: legacyAgents,
    to: tenantAgents,
    mapping: keyMapping({ default: 'same', partitions: {} }),
  }),
  parts: ['a'],
  row: (id, _part, value) => ({
    endpoint_id: { S: 'gpt' },
    agent_version_uuid: { S: id },
    updated_at: { S: `t${value}` },
    value: { N: String(value) },
  }),
};

/** Back from a partition that two legacy keys share: which of them a row goes to can change with the row. */
export const movable: Setting = {
  mapper: reverseMapper({ from: tenantAgents, to: legacyAgents, mapping }),
  parts: ['a', 'b'],
  row: (id, part, value) => ({
    partition_key: { S: 'gpt#acme' },
    agent_version_uuid: { S: id },
    value: { N: String(value) },
    _mig_src: { M: { key: { S: part } } },
  }),
};

/** All histories of up to `maxChanges` puts and deletes; a delete of nothing is no change and has no event. */
export function histories({ row, parts }: Setting, maxChanges: number): History[] {
  const grow = (history: History): History[] => {
    const change = history.length;
    if (change > maxChanges) return [history];
    const puts = parts.map((part) => [...history, row('1', part, change)]);
    const deleted = history.at(-1) === undefined ? [] : [[...history, undefined]];
    const longer = [...puts, ...deleted].flatMap(grow);
    return change > 1 ? [history, ...longer] : longer;
  };
  return [[undefined], [row('1', 'a', 0)]].flatMap(grow);
}

/** The event of the i-th change, with a sequence number as long as real ones. */
export function eventOf(history: History, change: number): ChangeEvent {
  return {
    sequenceNumber: `1${String(change).padStart(20, '0')}`,
    old: history[change - 1],
    new: history[change],
  };
}
