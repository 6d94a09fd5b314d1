import { createHandlerRegistry } from './create-registry.ts';
import { createEgressGuard } from './egress/guarded-fetch.ts';
import { HANDLER_IDS } from './handler-ids.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { assertOwnObjects } from './provider-objects.ts';

const registry = createHandlerRegistry({ egress: createEgressGuard([]), google: { vertex: undefined } });
const onVertex = createHandlerRegistry({
  egress: createEgressGuard([]),
  google: { vertex: { project: 'operators' } },
});

async function named(handler: keyof typeof HANDLER_IDS, configuration: object, handlers = registry) {
  const id = HANDLER_IDS[handler];
  const parsed = parseConfiguration(await handlers.configuration(id), configuration);
  const found = await handlers.namedObjects(id, parsed);
  expect((await handlers.resolve(id)).namedObjects?.(parsed) ?? []).toEqual(found);
  return found.map(({ kind, id, path }) => `${path.join('.')} ${kind} ${id}`);
}

const serviceAccount = { client_email: 'a@b', private_key: 'p' };

describe('what a configuration names in the operator’s account', () => {
  it.each<[keyof typeof HANDLER_IDS, object, string[], object]>([
    [
      'openai',
      {
        model: 'ft:gpt-4.1:acme::1',
        tools: [
          { type: 'code_interpreter', container: { file_ids: ['file-1', 'file-2'] } },
          { type: 'code_interpreter', container: 'cntr_1' },
          { type: 'file_search', vector_store_ids: ['vs_1'] },
          { type: 'mcp', server_label: 'drive', connector_id: 'connector_googledrive' },
        ],
        skills: [{ skill_id: 'skill_1' }],
        extra_headers: { 'OpenAI-Project': 'proj_1', 'X-Team': 'a' },
      },
      [
        'model other ft:gpt-4.1:acme::1',
        'tools.0.container.file_ids.0 file file-1',
        'tools.0.container.file_ids.1 file file-2',
        'tools.1.container other cntr_1',
        'tools.2.vector_store_ids.0 other vs_1',
        'skills.0.skill_id skill skill_1',
        'extra_headers.OpenAI-Project other proj_1',
      ],
      { openai_api_key: 'own' },
    ],
    [
      'openAiCompletions',
      {
        extra_body: {
          model: 'ft:gpt:acme::2',
          messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-3' } }] }],
          google: { cachedContent: 'cachedContents/1' },
          vectorStoreIds: ['vs_2'],
          user_id: 'somebody',
          response_format: { json_schema: { schema: { properties: { id: { type: 'string' } } } } },
        },
        extra_query: { container: 'cntr_2' },
      },
      [
        'extra_body.model other ft:gpt:acme::2',
        'extra_body.messages.0.content.0.file.file_id file file-3',
        'extra_body.google.cachedContent other cachedContents/1',
        'extra_body.vectorStoreIds.0 other vs_2',
        'extra_query.container other cntr_2',
      ],
      { base_url: 'https://example.com' },
    ],
    [
      'anthropic',
      {
        skills: [
          { skill_id: 'skill_2' },
          { skill_id: 'xlsx' },
          { type: 'custom', skill_id: 'odd' },
          { type: 'anthropic', skill_id: 'pptx' },
        ],
        container: 'container_1',
      },
      ['skills.0.skill_id skill skill_2', 'skills.2.skill_id skill odd', 'container other container_1'],
      { api_key: 'own' },
    ],
    [
      'bedrock',
      {
        model: 'arn:aws:bedrock:us-east-1:1:provisioned-model/x',
        guardrail: { identifier: 'gr1', version: '1' },
      },
      ['model other arn:aws:bedrock:us-east-1:1:provisioned-model/x', 'guardrail.identifier other gr1'],
      { aws_access_key: 'a', aws_secret_key: 'b' },
    ],
    [
      'gemini',
      {
        model: 'tunedModels/acmes',
        tools: [{ type: 'file_search', file_search_store_names: ['fileSearchStores/1'] }],
        cached_content: 'cachedContents/2',
        extra_headers: { 'X-Goog-User-Project': 'p' },
      },
      [
        'model other tunedModels/acmes',
        'tools.0.file_search_store_names.0 other fileSearchStores/1',
        'cached_content other cachedContents/2',
        'extra_headers.X-Goog-User-Project other p',
      ],
      { api_key: 'own' },
    ],
    ['ollama', { model: 'anything/at-all' }, [], { api_key: 'own' }],
  ])('%s', async (handler, configuration, expected, own) => {
    expect(await named(handler, configuration)).toEqual(expected);
    expect(await named(handler, { ...configuration, ...own })).toEqual([]);
  });

  it('is told by whose identity is used, not by a key that is of no use on Vertex AI', async () => {
    const cached = { cached_content: 'cachedContents/3' };
    const found = ['cached_content other cachedContents/3'];
    expect(await named('gemini', cached, onVertex)).toEqual(found);
    expect(await named('gemini', { ...cached, project: 'operators', api_key: 'own' }, onVertex)).toEqual(
      found,
    );
    const theirs = { ...cached, project: 'theirs', service_account: serviceAccount };
    expect(await named('gemini', theirs, onVertex)).toEqual([]);
    const path = { region: 'us-east1', model: '../../other/models/x' };
    expect(await named('anthropic', path, onVertex)).toEqual(['model other ../../other/models/x']);
  });

  it('are models of the provider’s where their names are plain', async () => {
    expect(await named('gemini', { model: 'models/gemini-3-pro' })).toEqual([]);
    expect(await named('bedrock', { model: 'eu.anthropic.claude-opus-4-1-20250805-v1:0' })).toEqual([]);
    expect(await named('openAiCompletions', { model: 'meta-llama/Llama-4' })).toEqual([]);
  });
});

describe('assertOwnObjects', () => {
  const objects = [
    { kind: 'file', id: 'mine', path: ['a', 0] },
    { kind: 'skill', id: 'theirs', path: ['b', 1] },
    { kind: 'other', id: 'vs', path: ['c'] },
  ] as const;
  const isOwn = (_: string, id: string) => Promise.resolve(id === 'mine' || id === 'vs');

  it('names the settings, not what they hold; what all share is everybody’s', async () => {
    await expect(assertOwnObjects(objects, { shared: [], isOwn }, 'configuration.x')).rejects.toMatchObject({
      code: 'argument.invalid',
      message: expect.stringContaining('configuration.x.b.1, configuration.x.c: '),
      details: { argument: 'configuration.x.b.1' },
    });
    await expect(assertOwnObjects(objects, { shared: ['vs', 'theirs'], isOwn })).resolves.toBeUndefined();
    await expect(assertOwnObjects(objects, { shared: ['*'], isOwn })).rejects.toMatchObject({
      details: { argument: 'configuration.b.1' },
    });
    await expect(assertOwnObjects(objects, { shared: ['*', 'theirs'], isOwn })).resolves.toBeUndefined();
  });
});
