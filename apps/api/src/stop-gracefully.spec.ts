import { setTimeout as delay } from 'node:timers/promises';
import { acmeToken, post, PUSH_SECRET, startApi } from '../spec/api-under-test.ts';
import { connect } from '../spec/socket-client.ts';

const acme = { 'x-api-key': 'key-of-acme' };
const slow = (ms: number) => ({ headers: acme, body: { query: `{ partitions(delays: [${ms}]) }` } });
const ready = async (url: string) =>
  ((await (await fetch(`${url}/health/ready`)).json()) as { status: string }).status;

describe('stopping', () => {
  it('finishes running requests and lets nobody else in', async () => {
    const api = await startApi();
    const running = post(api.url, slow(300));
    await delay(50);
    const closed = api.close();
    const late = post(api.url, slow(0)).catch(() => 'refused');
    expect(await running).toMatchObject({ status: 200, data: { partitions: ['gpt#acme', 'gpt#acme'] } });
    expect(await late).toBe('refused');
    await closed;
  });

  it('streams a running answer to its end before sockets are told to go', async () => {
    const api = await startApi();
    const url = `${api.url}/gpt/ai_agent_core_ws?token=${acmeToken()}`;
    const [asking, idle] = await Promise.all([connect(url), connect(url)]);
    asking.ask({ run_uuid: 'r' });
    await asking.settled();
    const ends = Promise.all([asking.closed(), idle.closed()]);
    const closed = api.close();

    expect(await ready(api.url)).toBe('stopping');
    idle.ask();
    expect(await idle.next()).toMatchObject({ type: 'error', code: 'service.stopping' });
    const push = (frame: object) =>
      fetch(`${api.url}/@connections/${asking.id}`, {
        method: 'POST',
        headers: { 'x-push-secret': PUSH_SECRET },
        body: JSON.stringify({ message_group_id: `${asking.id}-r`, ...frame }),
      });
    expect((await push({ chunk_delta: 'Bye', is_message_end: false })).status).toBe(200);
    expect((await push({ chunk_delta: '', is_message_end: true })).status).toBe(200);
    expect([await asking.next(), await asking.next()]).toMatchObject([
      { chunk_delta: 'Bye' },
      { is_message_end: true },
    ]);
    expect(await ends).toEqual([
      { code: 1001, reason: 'service.stopping' },
      { code: 1001, reason: 'service.stopping' },
    ]);
    await closed;
  });

  it('cuts what does not end within the grace', async () => {
    const api = await startApi({ SHUTDOWN_GRACE: '200ms' });
    const running = post(api.url, slow(900)).catch(() => 'cut');
    const asking = await connect(`${api.url}/gpt/ai_agent_core_ws?token=${acmeToken()}`);
    asking.ask();
    await asking.settled();
    const [end] = await Promise.all([asking.closed(), api.close()]);
    expect(end).toMatchObject({ code: 1001 });
    expect(await running).toBe('cut');
  });
});
