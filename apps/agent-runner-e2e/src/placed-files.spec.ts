import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountKey, HANDLER_IDS } from '@agent-engine/agent-handlers';
import { ProviderClaims } from '@agent-engine/models';
import type { OpenAiScript, OpenAiStandIn } from '@agent-engine/testing';
import { ScriptedServers } from './harness/scripted-servers.ts';
import { acme, type Asked, globex, until, World } from './harness/world.ts';

describe('files of a question whose provider runs code', () => {
  let world: World;
  let servers: ScriptedServers;
  let model: OpenAiStandIn;
  let script: OpenAiScript;
  /** The files at the provider when it was asked, by request. */
  let seen: { id: string; filename: string; expiresAt?: number }[][];
  const inputFiles = ['a.csv', 'b.csv'].map((filename) => ({
    filename,
    encoded_content: Buffer.from(filename).toString('base64'),
  }));
  const configuration = { tools: [{ type: 'code_interpreter' }] };
  const closing: (() => void)[] = [];
  const slow = Array.from({ length: 500 }, (_, i) => `word ${i} `);

  beforeAll(async () => {
    servers = await ScriptedServers.start(() => (request, index) => {
      seen.push([...model.files]);
      if (typeof script !== 'function') throw new Error('no script');
      return script(request, index);
    });
    ({ model } = servers);
    world = await World.create();
  });
  beforeEach(() => {
    servers.forget();
    seen = [];
    script = () => ({ text: 'Summed.' });
  });
  afterEach(() => world.stopRunners());
  afterAll(async () => {
    await world.stop();
    await servers.stop();
    closing.forEach((close) => close());
  });

  const sent = (request: number) => {
    const tools = (model.requests[request]?.body.tools ?? []) as { container?: { file_ids: string[] } }[];
    return tools.flatMap(({ container }) => container?.file_ids ?? []);
  };
  const idsOf = (files: readonly { id: string }[] = []) => files.map(({ id }) => id);
  const ask = async () =>
    world.ask(acme, await world.createAgent(acme, { configuration }), 'Sum', { inputFiles });

  it('are there while it runs, and gone when it is over, answered or failed', async () => {
    await world.startRunner(servers.env);
    for (const end of ['completed', 'failed']) {
      seen = [];
      model.requests.length = 0;
      script = () => (end === 'failed' ? { httpError: { status: 400 } } : { text: 'Summed.' });
      expect(await world.outcome(await ask())).toMatchObject({ status: end });
      const inADay = Date.now() / 1_000 + 86_400;
      expect(seen).toMatchObject([[{ filename: 'a.csv' }, { filename: 'b.csv' }]]);
      for (const { expiresAt } of seen.flat()) {
        expect(expiresAt).toBeGreaterThan(inADay - 3_600);
        expect(expiresAt).toBeLessThan(inADay + 3_600);
      }
      expect(sent(0).toSorted()).toEqual(idsOf(seen[0]).toSorted());
      await until(() => model.files.length === 0);
    }
  });

  it('are not placed again by the runner that goes on for one that was killed, and go when it is done', async () => {
    script = (_, index) => (index === 0 ? { text: slow, delayMs: 20 } : { text: 'Summed.' });
    const first = await world.startRunner(servers.env);
    const asked = await ask();
    await until(() => world.push.frames(asked.connectionId).length > 3);
    await first.kill();
    expect(model.files).toHaveLength(2);
    await world.startRunner(servers.env);
    expect(await world.outcome(asked)).toMatchObject({ status: 'completed', result: 'Summed.' });
    expect(seen.map(idsOf)).toEqual([idsOf(seen[0]), idsOf(seen[0])]);
    expect(sent(1)).toEqual(sent(0));
    await until(() => model.files.length === 0);
  });

  it('go, and those that it made are its partition’s, where only the records of its answer were missing', async () => {
    const placed = model.addFile({ apiKey: 'k', filename: 'a.csv', content: Buffer.from('x') });
    const made = model.addFile({
      apiKey: 'k',
      containerId: 'cntr_1',
      filename: 'p.png',
      content: Buffer.from('y'),
    });
    const agent = await world.createAgent(acme, { configuration });
    const asked = await world.prepare(acme, agent, 'Sum', { inputFiles });
    await leaveWholeAnswer(asked, {
      files: [{ fileId: made.id, containerId: 'cntr_1', filename: 'p.png', isShared: true }],
      // As its first attempt knew the account it was in.
      ids: [placed.id, null],
    });
    await world.startRunner(servers.env);
    await world.send(asked);
    expect(await world.outcome(asked)).toMatchObject({
      status: 'completed',
      result: 'Summed.',
      outputFiles: [{ file_id: made.id }],
    });
    expect(model.requests).toEqual([]);
    const claims = new ProviderClaims(world.models);
    expect(await claims.isOwn(acme, 'file', made.id)).toBe(true);
    expect(await claims.isOwn(globex, 'file', made.id)).toBe(false);
    await until(() => model.files.every(({ id }) => id !== placed.id));
    expect(idsOf(model.files)).toEqual([made.id]);
  });

  it('keep nobody waiting when their provider takes them and says nothing', async () => {
    await world.startRunner({ ...servers.env, RUN_DEADLINE: '2s', OPENAI_BASE_URL: await silentServer() });
    expect(await world.outcome(await ask())).toMatchObject({
      status: 'failed',
      notes: expect.stringMatching(/^run\.timedOut: /),
    });
  });

  /** What a runner leaves that dies between the last entry of its journal and the first record. */
  async function leaveWholeAnswer(
    { threadUuid, runUuid }: Asked,
    { files, ids }: { files: object[]; ids: (string | null)[] },
  ): Promise<void> {
    const { runState, journal } = world.models;
    const owner = await world.ownerOf(acme, threadUuid);
    await runState.acquire(owner, { runUuid, leaseOwner: 'dead', leaseMs: -1 });
    const attempt = { runUuid, attempt: 1 };
    const turn = { text: 'Summed.', calls: [], files, reason: 'stop', parts: [], isLast: false };
    const account = accountKey(HANDLER_IDS.openai, configuration);
    await journal.finished(owner, attempt, 'files', JSON.stringify({ account, ids }));
    await journal.finished(owner, attempt, 'step-000', JSON.stringify(turn));
  }

  async function silentServer(): Promise<string> {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => void server.close().closeAllConnections());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }
});
