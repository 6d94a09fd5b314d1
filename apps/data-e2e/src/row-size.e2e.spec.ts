import { entities, type EntityDefinition } from '@agent-engine/entities';
import { dataFixture, type DataFixture, acme } from './database.fixture.ts';
import { repositoryOf, sampleKey, sampleValues, scopeOf } from './samples.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

/** 400 KB for the row and for each of its table's local indexes, which hold it whole. */
const roomOf = ({ indexes }: EntityDefinition) =>
  Math.floor((400 * 1024) / (1 + Object.values(indexes).filter(({ kind }) => kind === 'local').length));
const longField: Record<string, string> = {
  agent: 'instructions',
  toolCall: 'content',
  message: 'message',
  asyncTask: 'result',
  flowSnippet: 'flowContext',
  promptTemplate: 'templateContext',
  fineTuningMessage: 'content',
};
const long = entities.filter(({ name }) => name in longField);

describe('a row that is too large', () => {
  it.each(long.map((definition) => [definition.name, definition] as const))(
    'of %s is refused before it is sent, with its largest field and how much there is room for',
    async (_name, definition) => {
      const scope = await scopeOf(data.models, definition, acme);
      const field = longField[definition.name] ?? '';
      const room = roomOf(definition);
      const values = { ...sampleKey(definition), ...sampleValues(definition) };
      const repository = repositoryOf(data.models, definition);
      data.calls();
      await expect(
        repository.create(scope as never, { ...values, [field]: 'é'.repeat(room / 2) }),
      ).rejects.toMatchObject({
        code: 'argument.tooLarge',
        details: { argument: field, maxBytes: room },
        message: expect.stringContaining(`Shorten ${field}`),
      });
      expect(data.calls()).toEqual([]);
      const row = await repository.create(scope as never, { ...values, [field]: 'x'.repeat(room - 2_000) });
      expect(row).toMatchObject({ [field]: 'x'.repeat(room - 2_000) });
    },
  );

  it('counts what is stored already: the change is refused, and the row stays', async () => {
    const half = 'x'.repeat(250_000);
    const task = await data.models.asyncTask.create(acme, {
      functionName: 'f',
      result: half,
      updatedBy: 'x',
    });
    const change = data.models.asyncTask.update(acme, task, {
      notes: half,
      status: 'failed',
      updatedBy: 'y',
    });
    await expect(change).rejects.toMatchObject({
      code: 'argument.tooLarge',
      details: { argument: 'notes' },
    });
    expect(await data.models.asyncTask.get(acme, task)).toEqual(task);
  });

  it('names the field in transactions too', async () => {
    const values = { agentName: 'a', llmProvider: 'p', llmName: 'n', updatedBy: 'x' };
    const agent = await data.models.agent.save(acme, values);
    const big = { configuration: { text: 'x'.repeat(450_000) } };
    for (const target of [{ agentUuid: agent.agentUuid }, { agentVersionUuid: agent.agentVersionUuid }]) {
      await expect(
        data.models.agent.save(acme, { ...values, ...target, ...big, status: 'active' }),
      ).rejects.toMatchObject({ code: 'argument.tooLarge', details: { argument: 'configuration' } });
    }
    expect((await data.models.agent.list(acme, { agentUuid: agent.agentUuid })).items).toEqual([agent]);
  });
});
