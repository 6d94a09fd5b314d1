import { createServer, type IncomingHttpHeaders } from 'node:http';
import {
  type AgentHandler,
  createEgressGuard,
  createHandlerRegistry,
  HANDLER_IDS,
} from '@agent-engine/agent-handlers';
import { processEnv } from '@agent-engine/config';
import { listenLocally } from '../listen-locally.ts';
import { type AnthropicStandIn, startAnthropicStandIn } from './anthropic-stand-in.ts';

let provider: AnthropicStandIn;
let handler: AgentHandler;
beforeAll(async () => {
  provider = await startAnthropicStandIn();
  handler = await createHandlerRegistry({
    anthropic: { baseUrl: provider.endpoint, apiKey: 'operator-key' },
    egress: createEgressGuard(['127.0.0.1']),
  }).resolve(HANDLER_IDS.anthropic);
});
afterAll(() => provider.stop());

const configured = (given: object = { api_key: 'own' }) => handler.configuration.parse(given);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const files = () => handler.files!;
const skills = () => handler.skills!;

describe('files at Anthropic', () => {
  const file = { filename: 'a "ü".txt', mediaType: 'text/plain', content: bytes('hello') };

  it('are uploaded, described, listed and deleted in the agent’s own account', async () => {
    const uploaded = await files().upload(configured(), file);
    expect(uploaded.detail).toMatchObject({ filename: 'a "ü".txt', mime_type: 'text/plain', size_bytes: 5 });
    expect(provider.files.at(-1)).toMatchObject({ apiKey: 'own', content: Buffer.from('hello') });
    const { id } = uploaded;
    expect(await files().get(configured(), { id, withContent: false })).toEqual(uploaded);
    const newer = await files().upload(configured(), file);
    expect((await files().list(configured(), {})).map((one) => one.id)).toEqual([newer.id, id]);
    expect(await files().list(configured({}), {})).toEqual([]);
    await files().delete(configured(), id);
    await expect(files().get(configured(), { id, withContent: false })).rejects.toMatchObject({
      code: 'provider.notFound',
    });
  });

  it('come back when code has written them, and only then', async () => {
    const { id } = await files().upload(configured(), file);
    await expect(files().get(configured(), { id, withContent: true })).rejects.toMatchObject({
      code: 'provider.refused',
    });
    const made = provider.addOutputFile({
      apiKey: 'own',
      filename: 'plot.png',
      mediaType: 'image/png',
      content: Buffer.from('picture'),
    });
    const output = await files().output(configured(), {
      containerId: '',
      fileId: made.id,
      withContent: true,
    });
    expect(output.detail).toMatchObject({
      filename: 'plot.png',
      encoded_content: Buffer.from('picture').toString('base64'),
    });
  });

  it('are shared with other tenants only in the operator’s account', () => {
    expect(
      [{}, { api_key: 'own' }, { base_url: 'https://a.example' }].map((given) =>
        files().isShared(configured(given)),
      ),
    ).toEqual([true, false, false]);
  });

  it('take nothing of the operator’s to a server the agent names', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
    });
    const base_url = await listenLocally(server);
    const env = processEnv() as Record<string, string | undefined>;
    env.ANTHROPIC_CUSTOM_HEADERS = 'x-operators: secret';
    try {
      await files().list(configured({ base_url, api_key: 'named' }), {});
    } finally {
      delete env.ANTHROPIC_CUSTOM_HEADERS;
      server.close();
      server.closeAllConnections();
    }
    expect(seen).toMatchObject([{ authorization: 'Bearer named', 'anthropic-version': expect.any(String) }]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it('never leave for a server inside, and cannot be named so that another endpoint is asked', async () => {
    const inside = configured({ base_url: 'http://169.254.169.254/', api_key: 'own' });
    await expect(files().upload(inside, file)).rejects.toMatchObject({ code: 'egress.forbidden' });
    await expect(files().get(configured(), { id: '../skills', withContent: false })).rejects.toMatchObject({
      code: 'provider.notFound',
    });
  });
});

describe('skills at Anthropic', () => {
  const folder = [
    { path: 'chart/SKILL.md', content: bytes('---\nname: chart\n---') },
    { path: 'chart/run.py', content: bytes('print(1)') },
  ];

  it('are created with all their files, get versions, and go with them', async () => {
    const { id, detail } = await skills().create(configured(), { title: 'Charts', files: folder });
    expect(detail).toMatchObject({ display_name: 'Charts' });
    expect(provider.skills[0]?.versions[0]?.paths).toEqual(['chart/SKILL.md', 'chart/run.py']);
    expect(await skills().get(configured(), id)).toMatchObject({ id });
    const second = await skills().addVersion(configured(), id, folder);
    const third = await skills().addVersion(configured(), id, folder);
    const versions = await skills().versions(configured(), id);
    expect(versions.slice(0, 2).map((version) => version.id)).toEqual([third.id, second.id]);
    await skills().deleteVersion(configured(), id, second.id);
    expect(await skills().versions(configured(), id)).toHaveLength(2);
    expect(await skills().list(configured())).toHaveLength(1);
    expect(await skills().list(configured({ api_key: 'other' }))).toEqual([]);
    await skills().delete(configured(), id);
    expect(await skills().list(configured())).toEqual([]);
  });

  it('are refused without their SKILL.md', async () => {
    await expect(skills().create(configured(), { files: folder.slice(1) })).rejects.toMatchObject({
      code: 'provider.refused',
    });
  });
});
