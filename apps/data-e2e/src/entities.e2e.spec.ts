import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type Attribute,
  entities,
  type EntityDefinition,
  storedName,
  tableName,
} from '@agent-engine/entities';
import { type AnyScope, Owner, type Values } from '@agent-engine/models';
import { acme, dataFixture, type DataFixture, globex, naming } from './database.fixture.ts';
import { type AnyRepository, repositoryOf, sampleKey, sampleValues, scopeOf } from './samples.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/;

/** What another engine, or a later version of this one, may have put beside our attributes. */
const foreign = { M: { n: { N: '17' }, s: { SS: ['a'] }, gone: { NULL: true as const } } };

/** One suite for every entity: what is true of one is true of all. */
describe.each(entities.map((definition) => [definition.name, definition] as const))(
  '%s',
  (_name, definition) => {
    const { hash, range } = definition.key;
    const change =
      'updatedBy' in definition.attributes ? { updatedBy: 'somebody else' } : { userId: 'somebody else' };
    let repository: AnyRepository;
    let mine: AnyScope;
    let theirs: AnyScope;

    beforeAll(async () => {
      repository = repositoryOf(data.models, definition);
      mine = await scopeOf(data.models, definition, acme);
      theirs = await scopeOf(data.models, definition, globex);
    });

    const create = async (values: Values = {}) =>
      (await repository.create(mine as never, {
        ...sampleKey(definition),
        ...sampleValues(definition),
        ...values,
      })) as Values;
    const keyOf = (item: Values) =>
      (definition.scope === 'partition' || definition.scope === 'child'
        ? { [range]: item[range] }
        : { [hash]: item[hash], [range]: item[range] }) as never;
    const raw = async (item: Values) => {
      const Key = Object.fromEntries(
        [hash, range].map((name) => [storedName(name), { S: String(item[name]) }]),
      );
      return (
        await data.client.send(
          new GetItemCommand({ TableName: tableName(definition, naming), Key, ConsistentRead: true }),
        )
      ).Item;
    };

    it('reads back exactly what was created, and stamps it', async () => {
      const created = await create();
      expect(created).toMatchObject(sampleValues(definition));
      expect(await repository.get(mine as never, keyOf(created))).toEqual(created);
      if ('createdAt' in definition.attributes) expect(created.createdAt).toMatch(TIMESTAMP);
      if ('partitionKey' in definition.attributes) {
        expect(created).toMatchObject({ partitionKey: 'gpt#acme', endpointId: 'gpt', partId: 'acme' });
      }
      if (definition.key.format === 'digits20') expect(created[range]).toMatch(/^\d{20}$/);
    });

    it('makes no more than one call to create, read or change a row', async () => {
      data.calls();
      const created = await create();
      expect(data.calls()).toHaveLength(1);
      await repository.get(mine as never, keyOf(created));
      expect(data.calls()).toEqual(['GetItem']);
      await repository.update(mine as never, keyOf(created), change);
      expect(data.calls()).toEqual(['UpdateItem']);
    });

    it('refuses a second row under the same key', async () => {
      const created = await create();
      await expect(create({ [hash]: created[hash], [range]: created[range] })).rejects.toMatchObject({
        code: 'entity.conflict',
      });
    });

    it('names every required attribute that a new row lacks, and stores nothing', async () => {
      const required = Object.entries<Attribute>(definition.attributes)
        .filter(([, attribute]) => attribute.required && attribute.writable)
        .map(([name]) => name);
      data.calls();
      const attempt = repository.create(mine as never, sampleKey(definition));
      await expect(attempt).rejects.toMatchObject({
        code: 'argument.required',
        details: { arguments: required },
      });
      expect(data.calls()).toEqual([]);
    });

    it('changes only what is named: attributes it does not know survive, null restores the default', async () => {
      const created = await create();
      const Key = Object.fromEntries(
        [hash, range].map((name) => [storedName(name), { S: String(created[name]) }]),
      );
      await data.client.send(
        new UpdateItemCommand({
          TableName: tableName(definition, naming),
          Key,
          UpdateExpression: 'SET from_another_engine = :value',
          ExpressionAttributeValues: { ':value': foreign },
        }),
      );
      const removable = Object.entries<Attribute>(definition.attributes).filter(
        ([, { required, writable }]) => !required && writable,
      );
      const changes = Object.fromEntries(removable.map(([name]) => [name, null]));
      const changed = (await repository.update(mine as never, keyOf(created), changes)) as Values;
      for (const [name, attribute] of removable)
        expect([name, changed[name]]).toEqual([name, attribute.default ?? null]);
      const stored = await raw(created);
      expect(stored?.from_another_engine).toEqual(foreign);
      // A version without a status reads as active, so activating it is what that means: it is written out.
      for (const [name] of removable.filter(([name]) => !(definition.versioning && name === 'status'))) {
        expect(stored).not.toHaveProperty(storedName(name));
      }
    });

    it('moves updatedAt and keeps createdAt', async () => {
      if (!('updatedAt' in definition.attributes)) return;
      const created = await create();
      const changed = (await repository.update(mine as never, keyOf(created), {
        updatedBy: 'somebody else',
      })) as Values;
      expect(changed.createdAt).toBe(created.createdAt);
      expect(String(changed.updatedAt) > String(created.updatedAt)).toBe(true);
      expect(changed.updatedBy).toBe('somebody else');
    });

    it('reads a stored NULL as the default', async () => {
      const created = await create();
      const optional = Object.entries<Attribute>(definition.attributes).find(
        ([, { required, writable }]) => !required && writable,
      );
      if (!optional) return;
      await data.client.send(
        new UpdateItemCommand({
          TableName: tableName(definition, naming),
          Key: Object.fromEntries(
            [hash, range].map((name) => [storedName(name), { S: String(created[name]) }]),
          ),
          UpdateExpression: 'SET #name = :null',
          ExpressionAttributeNames: { '#name': storedName(optional[0]) },
          ExpressionAttributeValues: { ':null': { NULL: true } },
        }),
      );
      const read = (await repository.get(mine as never, keyOf(created))) as Values;
      expect(read[optional[0]]).toEqual(optional[1].default ?? null);
    });

    it('does not create by changing, and does not delete what is not there', async () => {
      const key = { [hash]: 'nobody', [range]: 'nothing' } as never;
      const notFound = { code: 'entity.notFound' };
      await expect(repository.update(mine as never, key, change)).rejects.toMatchObject(notFound);
      await expect(repository.delete(mine as never, key)).rejects.toMatchObject(notFound);
      await expect(repository.get(mine as never, key)).resolves.toBeUndefined();
    });

    it('refuses values of the wrong type, naming the argument', async () => {
      for (const [name, { kind }] of Object.entries<Attribute>(definition.attributes)) {
        if (!definition.attributes[name]?.writable) continue;
        const wrong = kind === 'text' ? 7 : kind === 'json' ? [1] : 'x';
        await expect(create({ [name]: wrong })).rejects.toMatchObject({
          code: 'argument.invalid',
          details: { argument: name },
        });
      }
    });

    it('deletes', async () => {
      const created = await create();
      await repository.delete(mine as never, keyOf(created));
      expect(await repository.get(mine as never, keyOf(created))).toBeUndefined();
    });

    it('is found by list, filter, cursor and count in its scope', async () => {
      const scope = definition.scope === 'child' ? await scopeOf(data.models, definition, acme) : mine;
      const family = sampleKey(definition);
      for (let i = 0; i < 5; i++) {
        const natural = definition.key.format === 'natural' ? { [range]: `n-${i}` } : {};
        await repository.create(scope as never, { ...sampleValues(definition), ...family, ...natural });
      }
      const within = { [hash]: family[hash] };
      const all = (await repository.list(scope as never, within)).items as Values[];
      expect(all.length).toBeGreaterThanOrEqual(5);
      expect(await repository.count(scope as never, within)).toBe(all.length);
      const sorted = all.map((item) => String(item[definition.list.between ?? 'updatedAt']));
      // Under a function name async tasks are in key order, as the wire contract says.
      if (definition.scope !== 'row') {
        expect(sorted).toEqual(
          sorted.toSorted((a, b) => (definition.list.order === 'ascending' ? 1 : -1) * (a < b ? -1 : 1)),
        );
      }
      const byCursor: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await repository.list(scope as never, { ...within, limit: 2, cursor });
        byCursor.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      expect(byCursor).toEqual(all);
      const byNumber = await Promise.all(
        [1, 2, 3].map((pageNumber) => repository.list(scope as never, { ...within, limit: 2, pageNumber })),
      );
      expect(byNumber.flatMap(({ items }) => items)).toEqual(all.slice(0, 6));
      expect((await repository.list(scope as never, { ...within, limit: 2, pageNumber: 99 })).items).toEqual(
        [],
      );
    });

    if (definition.scope !== 'global') {
      it('does not exist for another partition', async () => {
        const created = await create();
        const key = keyOf(created);
        await expect(repository.get(theirs as never, key)).resolves.toBeUndefined();
        await expect(repository.update(theirs as never, key, change)).rejects.toMatchObject({
          code: 'entity.notFound',
        });
        await expect(repository.delete(theirs as never, key)).rejects.toMatchObject({
          code: 'entity.notFound',
        });
        const { items } = await repository.list(theirs as never, { [hash]: created[hash], limit: 1000 });
        expect(items).not.toContainEqual(expect.objectContaining({ [range]: created[range] }));
        expect(await repository.get(mine as never, key)).toEqual(created);
      });

      it('cannot be created under another partition, whatever the values say', async () => {
        const created = (await repository.create(theirs as never, {
          ...sampleKey(definition),
          ...sampleValues(definition),
          partitionKey: 'gpt#acme',
          partId: 'acme',
          ...(definition.scope === 'child' && mine instanceof Owner && { threadUuid: mine.threadUuid }),
        })) as Values;
        expect(created).toMatchObject({ partitionKey: 'gpt#globex', partId: 'globex' });
        await expect(repository.get(mine as never, keyOf(created))).resolves.toBeUndefined();
      });
    }
  },
);

it('covers every entity', () => {
  const named: EntityDefinition[] = entities.filter(({ name }) => name in data.models);
  expect(named).toHaveLength(entities.length);
});
