import { readdirSync, readFileSync } from 'node:fs';
import { errorCodes } from '@agent-engine/errors';
import { everyone } from '@agent-engine/models';
import { Partition } from '@agent-engine/partition';
import { ApiFixture } from './api.fixture.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/api.md', root), 'utf8');

/** Each heading with the documents under it, and what each of them answers. */
const sections = page
  .split(/^#{2,3} /m)
  .slice(1)
  .map((text) => ({
    title: text.slice(0, text.indexOf('\n')),
    examples: [...text.matchAll(/```graphql\n([^`]+)```\s+```json\n([^`]+)```/g)].map(
      ([, document = '', answer = '']) => ({
        document,
        answer: JSON.parse(answer, (_key, value: unknown) =>
          value === '…' ? expect.anything() : value,
        ) as object,
      }),
    ),
    documents: text.match(/^```graphql$/gm)?.length ?? 0,
    tests: [...text.matchAll(/^Tested by ([\s\S]+?)\.$/gm)].flatMap(([, list = '']) =>
      [...list.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title.replace(/\s+/g, ' ')),
    ),
  }));
const specs = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8')),
);

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

/** The rows the page says there are, as they are before each of its sections. */
async function seed(partId: string): Promise<void> {
  const partition = Partition.of('gpt', partId);
  const updatedBy = 'seed';
  const { models } = api;
  await models.llm.save(everyone, {
    llmProvider: 'openai',
    llmName: 'gpt',
    moduleName: 'openai_agent_handler',
    className: 'OpenAIEventHandler',
    updatedBy,
  });
  await models.agent.create(partition, {
    agentUuid: 'agent-1',
    agentVersionUuid: '00000000000000000001',
    agentName: 'Support',
    llmProvider: 'openai',
    llmName: 'gpt',
    updatedBy,
  });
  const threadUuid = '00000000000000000002';
  await models.thread.create(partition, { threadUuid, agentUuid: 'agent-1' });
  const owner = await models.ownerOf(partition, threadUuid);
  if (!owner) throw new Error('the thread just created is not there');
  const { runUuid } = await models.run.create(owner, { updatedBy });
  for (let i = 0; i < 2; i++)
    await models.message.create(owner, { runUuid, role: 'user', message: 'yes', updatedBy });
  await models.toolCall.create(owner, { runUuid, toolType: 'function', name: 'find', updatedBy });
  await models.asyncTask.create(partition, { functionName: 'f', updatedBy });
  await models.asyncTask.create(partition, { functionName: 'f', status: 'completed', updatedBy });
}

describe('docs/api.md', () => {
  it.each(
    sections
      .filter(({ examples }) => examples.length > 0)
      .map((section) => [section.title, section] as const),
  )('%s', async (title, { examples, documents }) => {
    const partId = `docs-${sections.findIndex((section) => section.title === title)}`;
    await seed(partId);
    const client = api.withKey(partId);
    for (const { document, answer } of examples) {
      const { status, ...body } = await client(document);
      expect([document, status]).toEqual([document, 200]);
      expect(body).toMatchObject(answer);
      if (!('errors' in answer)) expect(body.errors).toBeUndefined();
    }
    expect(examples).toHaveLength(documents);
  });

  it('shows or names a test for every difference', () => {
    const differences = sections.slice(
      sections.findIndex(({ title }) => title.startsWith('Differences')) + 1,
    );
    const unproved = differences.filter(({ examples, tests }) => examples.length + tests.length === 0);
    expect(unproved.map(({ title }) => title)).toEqual([]);
    expect(differences.length).toBeGreaterThan(15);
  });

  it('names tests that exist', () => {
    const named = sections.flatMap(({ tests }) => tests);
    const quoted = (title: string) => [`it('${title}'`, `)('${title}'`];
    const missing = named.filter(
      (title) => !specs.some((text) => quoted(title).some((start) => text.includes(start))),
    );
    expect(missing).toEqual([]);
  });

  it('lists every error code with its status, and no other', () => {
    const rows = [...page.matchAll(/^\| `([a-z]+\.\w+)`\s*\| (\d+)\s*\| \S/gm)];
    expect(Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))).toEqual(errorCodes);
  });
});
