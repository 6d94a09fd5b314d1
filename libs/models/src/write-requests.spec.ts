import { describe, expect, it } from '@jest/globals';
import { asyncTask } from '@agent-engine/entities';
import fc from 'fast-check';
import { writeRequests } from './write-requests.ts';

const naming = { tablePrefix: 'aace-', tenantTableSuffix: '' };
const key = { functionName: 'answer', asyncTaskUuid: 'one' };
const text = fc.string();
const json = fc.object({
  values: [text, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ min: -1e6, max: 1e6 })],
});
const changes = fc.record(
  {
    status: text,
    notes: fc.option(text),
    result: fc.option(text),
    arguments: fc.dictionary(text, json),
    timeSpent: fc.nat(),
  },
  { requiredKeys: [] },
);
const expected = fc.dictionary(
  fc.constantFrom('partitionKey', 'status'),
  fc.record({ value: text, orMissing: fc.boolean() }),
);

/** What an expression says, with names and values in place of their placeholders. */
function said(expression: string | undefined, request: object): string {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request as Record<
    string,
    Record<string, unknown>
  >;
  return (expression ?? '')
    .replace(/#\w+/g, (placeholder) => String(names[placeholder]))
    .replace(/:v\d+/g, (placeholder) => JSON.stringify(values[placeholder]));
}

describe('requests of one shape, which is worded once', () => {
  const requests = writeRequests(asyncTask, naming);

  it('have their own values', async () => {
    await fc.assert(
      fc.asyncProperty(changes, expected, async (changed, wanted) => {
        const anew = writeRequests(asyncTask, naming);
        const [again, fresh] = await Promise.all([
          requests.update(key, changed, wanted),
          anew.update(key, changed, wanted),
        ]);
        expect(again).toEqual(fresh);
        const condition = said(again.ConditionExpression, again);
        for (const { value } of Object.values(wanted))
          expect(condition).toContain(JSON.stringify({ S: value }));
        const update = said(again.UpdateExpression, again);
        for (const name of ['status', 'notes', 'result'] as const) {
          const value = changed[name];
          if (value === null) expect(update).toMatch(new RegExp(`REMOVE [^:=]*${name}`));
          else if (value !== undefined) expect(update).toContain(`${name} = ${JSON.stringify({ S: value })}`);
        }
      }),
    );
  });

  it('have their own condition when they are deletions', async () => {
    for (const value of ['one', 'other']) {
      const request = await requests.delete(key, { partitionKey: { value, orMissing: true } });
      expect(said(request.ConditionExpression, request)).toBe(
        `attribute_exists (async_task_uuid) AND (partition_key = {"S":"${value}"} OR attribute_not_exists (partition_key) OR partition_key = {"NULL":true})`,
      );
    }
  });
});
