import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { type OpenAiStandIn, startOpenAiStandIn } from '@agent-engine/testing';
import { acme, globex, World } from './harness/world.ts';

const base64 = (content: string) => Buffer.from(content).toString('base64');

describe('a question with files', () => {
  let world: World;
  let model: OpenAiStandIn;
  let agent: string;
  let runnerLog: () => string;

  beforeAll(async () => {
    model = await startOpenAiStandIn({ script: () => ({ text: 'Read.' }) });
    world = await World.create();
    const runner = await world.startRunner({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: 'operator-key',
      SHARED_PROVIDER_OBJECTS: 'vs_all',
    });
    runnerLog = runner.log;
    agent = await world.createAgent(acme);
  });
  beforeEach(() => {
    model.requests.length = 0;
  });
  afterAll(async () => {
    await world.stop();
    await model.stop();
  });

  const store = ({ endpointId, partId }: Partition, key: string, content: string) =>
    world.s3.send(
      new PutObjectCommand({ Bucket: 'files', Key: `${endpointId}/${partId}/${key}`, Body: content }),
    );

  it('gives them to the model, wherever they are; the record keeps the text', async () => {
    const site = createServer((_, response) => response.end('from afar')).listen(0, '127.0.0.1');
    await once(site, 'listening');
    await store(acme, 'input_files/1', 'a long report');
    const asked = await world.ask(acme, agent, 'What is this?', {
      inputFiles: [
        { filename: 'plot.png', encoded_content: base64('picture') },
        { filename: 'report.pdf', object_key: 'input_files/1' },
        {
          filename: 'far.csv',
          file_uri: `http://127.0.0.1:${(site.address() as AddressInfo).port}/x`,
        },
      ],
    });
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Read.' });
    site.close();
    const part = (type: string, content: string) => `data:${type};base64,${base64(content)}`;
    expect(model.requests[0]?.body.input.at(-1)).toMatchObject({
      role: 'user',
      content: [
        { type: 'input_image', image_url: part('image/png', 'picture') },
        {
          type: 'input_file',
          filename: 'report.pdf',
          file_data: part('application/pdf', 'a long report'),
        },
        { type: 'input_file', filename: 'far.csv', file_data: part('text/csv', 'from afar') },
        { type: 'input_text', text: 'What is this?' },
      ],
    });
    const { messages } = await world.records(asked);
    expect(messages.map(({ message }) => message)).toEqual(['What is this?', 'Read.']);

    const later = await world.ask(acme, agent, 'And now?', { threadUuid: asked.threadUuid });
    await world.outcome(later);
    const [, laterRequest] = model.requests;
    expect(JSON.stringify(laterRequest?.body.input)).toContain('What is this?');
    expect(JSON.stringify(laterRequest?.body.input)).not.toMatch(/base64|report\.pdf/);
    expect(runnerLog()).not.toMatch(/report\.pdf|a long report|from afar/);
  });

  it('never gets those of another tenant, however it names them', async () => {
    await store(globex, 'input_files/2', 'secret of globex');
    for (const object_key of ['input_files/2', '../globex/input_files/2', 'gpt/globex/input_files/2']) {
      const inputFiles = [{ filename: 'a.txt', object_key }];
      const task = await world.outcome(await world.ask(acme, agent, 'Whose?', { inputFiles }));
      expect(task).toMatchObject({
        status: 'failed',
        notes: expect.stringMatching(/^(entity\.notFound|argument\.invalid): /),
      });
    }
    expect(model.requests).toEqual([]);
  });

  it('nor what another tenant has in the provider’s account that all share', async () => {
    const claims = new ProviderClaims(world.models);
    const { id } = model.addFile({
      apiKey: 'operator-key',
      filename: 'plan.csv',
      content: Buffer.from('secret of globex'),
    });
    await claims.claim(globex, 'file', id, { agentUuid: 'a', updatedBy: 'test' });
    const configuration = {
      tools: [
        { type: 'code_interpreter', container: { file_ids: [id] } },
        { type: 'file_search', vector_store_ids: ['vs_all'] },
      ],
    };
    const fallbacks = [{ llm_provider: 'openai', llm_name: 'gpt', configuration }];
    const answerOf = async (partition: Partition, settings: object) => {
      const uuid = await world.createAgent(partition, { configuration: { ...settings } });
      return world.outcome(await world.ask(partition, uuid, 'What is the plan?'));
    };
    const place = 'tools.0.container.file_ids.0';
    for (const [settings, argument] of [
      [configuration, `configuration.${place}`],
      [{ openai_api_key: 'own', fallbacks }, `configuration.fallbacks.0.configuration.${place}`],
    ] as const) {
      expect(await answerOf(acme, settings)).toMatchObject({
        status: 'failed',
        notes: expect.stringMatching(`^argument\\.invalid: .*${argument}: `),
      });
    }
    expect(model.requests).toEqual([]);
    expect(await answerOf(globex, configuration)).toMatchObject({ status: 'completed' });
    expect(await answerOf(acme, { ...configuration, openai_api_key: 'own' })).toMatchObject({
      status: 'completed',
    });
    const sent = model.requests.map(({ body }) => JSON.stringify(body).includes(id));
    expect(sent).toEqual([true, true]);
  });

  it.each([
    ['inside', { file_uri: 'http://169.254.169.254/latest' }, /^egress\.forbidden: /],
    ['nowhere', { file_uri: 'http://127.0.0.1:9/' }, /^argument\.invalid: /],
    ['broken', { encoded_content: '***' }, /^argument\.invalid: /],
  ])('fails before the model is asked when a file is %s', async (_, source, notes) => {
    const inputFiles = [{ filename: 'a.txt', ...source }];
    const task = await world.outcome(await world.ask(acme, agent, 'Read', { inputFiles }));
    expect(task).toMatchObject({ status: 'failed', notes: expect.stringMatching(notes) });
    expect(model.requests).toEqual([]);
  });
});
