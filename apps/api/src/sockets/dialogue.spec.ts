import { setTimeout as delay } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { acmeToken, PUSH_SECRET, startApi } from '../../spec/api-under-test.ts';
import { Questions } from '../../spec/probe.module.ts';
import { connect } from '../../spec/socket-client.ts';
import { CallbackAddress } from './callback-address.ts';

describe('a socket', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  let runner: ApiGatewayManagementApiClient;
  const open = () => connect(`${api.url}/gpt/ai_agent_core_ws?token=${acmeToken()}`);
  const asked = () => api.app.get(Questions, { strict: false }).asked;

  beforeAll(async () => {
    api = await startApi({ SOCKET_BUFFER_LIMIT: '2000000', SOCKET_RUN_SILENCE: '400ms' });
    runner = new ApiGatewayManagementApiClient({
      endpoint: api.app.get(CallbackAddress).url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'spec', secretAccessKey: 'spec' },
    });
    runner.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['x-push-secret'] = PUSH_SECRET;
        return next(args);
      },
      { step: 'build' },
    );
  });
  afterAll(async () => {
    runner.destroy();
    await api.close();
  });

  const push = (id: string, frame: object | string) =>
    runner.send(
      new PostToConnectionCommand({
        ConnectionId: id,
        Data: Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)),
      }),
    );
  const chunk = (id: string, run: string, delta: string, end = false) => ({
    message_group_id: `${id}-${run}`,
    data_format: 'text',
    index: 0,
    chunk_delta: delta,
    is_message_end: end,
  });

  it('answers pings of both kinds', async () => {
    const client = await open();
    client.send({ action: 'ping', id: 'p1' });
    expect(await client.next()).toEqual({
      type: 'pong',
      connection_id: client.id,
      id: 'p1',
      result: { data: { ping: expect.stringMatching(/^Hello at \d\d:\d\d:\d\d!!$/) } },
      message: expect.any(String),
    });
    client.send({ type: 'ping' });
    expect(await client.next()).not.toHaveProperty('id');
    client.socket.close();
  });

  it('asks in its own partition with the arguments in our names', async () => {
    const client = await open();
    client.ask({
      thread_uuid: 'my-thread',
      run_uuid: 'r1',
      user_id: 'u',
      input_files: [{ filename: 'f' }],
      partition_key: 'gpt#globex',
    });
    await client.settled();
    expect(asked().at(-1)).toEqual({
      partition: 'gpt#acme',
      connectionId: client.id,
      agentUuid: 'agent',
      userQuery: 'How?',
      threadUuid: 'my-thread',
      createThread: true,
      runUuid: 'r1',
      userId: 'u',
      updatedBy: 'spec',
      stream: true,
      inputFiles: [{ filename: 'f' }],
    });
    client.socket.close();
  });

  it('streams what the runner pushes and takes the next question right after the end', async () => {
    const client = await open();
    client.ask();
    await client.settled();
    const first = `run${asked().length}`;
    client.ask({ user_query: 'swallowed' });
    client.send('{ malformed, and swallowed');
    await client.settled();
    expect(asked().at(-1)).toMatchObject({ userQuery: 'How?' });

    await push(client.id, chunk(client.id, `${first}-rs#0`, 'hm', true));
    await push(client.id, chunk(client.id, first, 'Hello'));
    expect([await client.next(), await client.next()]).toMatchObject([
      { chunk_delta: 'hm' },
      { chunk_delta: 'Hello' },
    ]);
    client.ask({ user_query: 'swallowed' });
    await client.settled();
    await push(client.id, chunk(client.id, first, '', true));
    expect(await client.next()).toMatchObject({ is_message_end: true });

    const before = asked().length;
    client.ask({ user_query: 'And then?' });
    await client.settled();
    expect(asked()).toHaveLength(before + 1);
    // The result of the first run trails its end; it must not end the second.
    await push(client.id, { type: 'result', result: { tokens: 1 }, status: 'completed' });
    expect(await client.next()).toMatchObject({ type: 'result' });
    client.ask({ user_query: 'swallowed' });
    await client.settled();
    expect(asked()).toHaveLength(before + 1);
    await push(client.id, { type: 'error', detail: 'provider.unavailable: Try again.' });
    expect(await client.next()).toMatchObject({ type: 'error' });
    client.ask({ user_query: 'Third' });
    await client.settled();
    expect(asked().at(-1)).toMatchObject({ userQuery: 'Third' });
    client.socket.close();
  });

  it.each<[string, unknown, RegExp]>([
    ['malformed JSON', '{', /^request\.malformed: /],
    ['no object', '[]', /^request\.malformed: /],
    ['binary', Buffer.from('{"action":"ping"}'), /^request\.malformed: Frames must be text/],
    ['an unknown action', { action: 'drop_tables' }, /^request\.malformed: .*drop_tables/],
    ['missing arguments', { action: 'ask_model' }, /^argument\.invalid: .*agent_uuid.*user_query/],
    ['arguments of another form', { action: 'ask_model', arguments: 'x' }, /^argument\.invalid: /],
    [
      'an unknown agent',
      { action: 'ask_model', arguments: { agent_uuid: 'unknown', user_query: 'q' } },
      /^entity\.notFound: /,
    ],
    [
      'our own failure',
      { action: 'ask_model', arguments: { agent_uuid: 'broken', user_query: 'q' } },
      /^internal\.unexpected: (?!.*ECONN)/,
    ],
    [
      'a large frame',
      { action: 'ask_model', arguments: { user_query: 'x'.repeat(1_100_000) } },
      /^request\.tooLarge: /,
    ],
  ])('answers %s with an error and stays open', async (_, frame, detail) => {
    const client = await open();
    client.send(frame);
    expect(await client.next()).toMatchObject({ type: 'error', detail: expect.stringMatching(detail) });
    await client.settled();
    client.socket.close();
  });

  it('goes on with a run on another socket, from the frame the client names to the end', async () => {
    const questions = api.app.get(Questions, { strict: false });
    const frame = (seq: number, rest: object = {}) => ({ seq, ...chunk('old', 'r', `${seq},`), ...rest });
    const run = { frames: [1, 2, 3].map((seq) => frame(seq)), over: false };
    questions.kept.set('gpt#acme/thread/r', run);
    const client = await open();
    client.send({ action: 'resume', arguments: { thread_uuid: 'thread', run_uuid: 'r', after_seq: 1 } });
    expect([await client.next(), await client.next()]).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    client.ask({ user_query: 'swallowed' });
    await client.settled();

    // What is written later may be seen earlier; and another attempt counts from its own beginning.
    const finished = { seq: 1_000_002, type: 'run.finished', run_uuid: 'r', status: 'completed', result: {} };
    run.frames.push(frame(5));
    await client.settled();
    run.frames.splice(3, 0, frame(4));
    run.frames.push(frame(1_000_001, { is_message_end: true }), finished as never);
    const rest = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(rest.map(({ seq }) => seq)).toEqual([4, 5, 1_000_001, 1_000_002]);
    const before = asked().length;
    client.ask({ user_query: 'And then?' });
    await client.settled();
    expect(asked()).toHaveLength(before + 1);
    client.socket.close();
  });

  it.each([
    ['another tenant’s or no run', { thread_uuid: 'thread', run_uuid: 'none' }, /^entity\.notFound: /],
    [
      'bad arguments',
      { run_uuid: 'r', after_seq: -1 },
      /^argument\.invalid: resume: .*thread_uuid.*after_seq/,
    ],
    [
      'a run whose frames nobody kept',
      { thread_uuid: 'thread', run_uuid: 'bare' },
      /^(run\.timedOut|entity\.notFound)/,
    ],
  ])('answers a wish to resume with %s with an error and stays open', async (_, args, detail) => {
    api.app.get(Questions, { strict: false }).kept.set('gpt#acme/thread/bare', { frames: [], over: true });
    const client = await open();
    client.send({ action: 'resume', arguments: args });
    expect(await client.next()).toMatchObject({ type: 'error', detail: expect.stringMatching(detail) });
    client.ask();
    await client.settled();
    client.socket.close();
  });

  it('says so when it closes before its answer is whole, and not when it closes after', async () => {
    const questions = api.app.get(Questions, { strict: false });
    const isLeft = (run: string) => questions.left.some(({ runUuid }) => runUuid === run);
    const leaving = await open();
    leaving.ask({ run_uuid: 'left' });
    await leaving.settled();
    leaving.socket.close();
    while (!isLeft('left')) await delay(5);
    expect(questions.left).toContainEqual({ partition: 'gpt#acme', threadUuid: 'thread', runUuid: 'left' });

    const hasty = await open();
    hasty.ask({ run_uuid: 'unheard' });
    hasty.socket.close();
    while (!isLeft('unheard')) await delay(5);

    const staying = await open();
    staying.ask({ run_uuid: 'heard' });
    await staying.settled();
    await push(staying.id, chunk(staying.id, 'heard', '', true));
    await staying.next();
    staying.socket.close();
    await staying.closed();

    // The whole answer may be there before the question is known to have been taken.
    const quick = await open();
    quick.ask({ run_uuid: 'quick', user_query: 'slowly taken' });
    await quick.settled();
    await push(quick.id, chunk(quick.id, 'quick', '', true));
    await quick.next();
    quick.socket.close();
    await quick.closed();
    await delay(200);
    expect([isLeft('heard'), isLeft('quick')]).toEqual([false, false]);
  });

  it('gives up a run that stays silent', async () => {
    const client = await open();
    client.ask();
    expect(await client.next()).toMatchObject({ type: 'error', code: 'run.timedOut' });
    const before = asked().length;
    client.ask();
    await client.settled();
    expect(asked()).toHaveLength(before + 1);
    client.socket.close();
  });

  it('closes on far too large frames and on floods, and serves the others', async () => {
    const [large, flood, other] = await Promise.all([open(), open(), open()]);
    const ends = Promise.all([large.closed(), flood.closed()]);
    large.send('x'.repeat(5 * 1024 * 1024));
    for (let i = 0; i < 300; i++) flood.send({ action: 'ping' });
    expect(await ends).toMatchObject([{ code: 1009 }, { code: 1008 }]);
    await other.settled();
    other.socket.close();
  });

  it('tells the runner that a connection is gone, as AWS does', async () => {
    const client = await open();
    await expect(runner.send(new GetConnectionCommand({ ConnectionId: client.id }))).resolves.toMatchObject({
      ConnectedAt: expect.any(Date),
    });
    const closed = client.closed();
    await runner.send(new DeleteConnectionCommand({ ConnectionId: client.id }));
    expect(await closed).toMatchObject({ code: 1000 });
    await expect(push(client.id, {})).rejects.toBeInstanceOf(GoneException);
    await expect(push('nobody', {})).rejects.toBeInstanceOf(GoneException);
  });

  it('closes a socket whose client does not read', async () => {
    const [slow, other] = await Promise.all([open(), open()]);
    slow.socket.pause();
    const flooding = (async () => {
      for (let i = 0; i < 100; i++) await push(slow.id, { chunk_delta: 'x'.repeat(500_000) });
    })();
    await expect(flooding).rejects.toBeInstanceOf(GoneException);
    await push(other.id, { fine: true });
    expect(await other.next()).toEqual({ fine: true });
    slow.socket.terminate();
    other.socket.close();
  });

  it.each([
    ['nothing', {}],
    ['a wrong secret', { 'x-push-secret': 'wrong' }],
    ['a tenant token', { authorization: `Bearer ${acmeToken()}` }],
    ['an admin key', { 'x-api-key': 'key-of-all' }],
  ])('is closed to outsiders who show %s, whether or not the connection exists', async (_, headers) => {
    const client = await open();
    const answers = await Promise.all(
      [client.id, 'nobody'].flatMap((id) =>
        ['POST', 'GET', 'DELETE'].map(async (method) => {
          const init = {
            method,
            headers: { ...headers, 'x-request-id': 'same' },
            body: method === 'POST' ? '{}' : undefined,
          };
          const response = await fetch(`${api.url}/@connections/${id}`, init);
          return `${response.status} ${await response.text()}`;
        }),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^403 /);
    await client.settled();
    client.socket.close();
  });

  it('takes no pushes at all where no secret is configured', async () => {
    const open = await startApi({ PUSH_SECRET: undefined });
    try {
      const response = await fetch(`${open.url}/@connections/x`, {
        method: 'POST',
        headers: { 'x-push-secret': '' },
        body: 'x',
      });
      expect(response.status).toBe(403);
    } finally {
      await open.close();
    }
  });
});
