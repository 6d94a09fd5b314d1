import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, finished, npm, Stack } from './stack.fixture.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'local-stack-e2e-'));
let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start(['--data-dir', dataDir]);
});
afterAll(async () => {
  await stack.stop();
  rmSync(dataDir, { recursive: true });
});

const ask = (part: string, ...more: string[]) =>
  finished(npm(['run', '--silent', 'ask', '--', '--url', stack.url, '--part', part, ...more]));

const isReady = () =>
  fetch(`${stack.url}/health/ready`).then(
    ({ ok }) => ok || undefined,
    () => undefined,
  );

async function runs(threadUuid: string): Promise<unknown> {
  const query = `{ runList(threadUuid: "${threadUuid}") { runList { totalTokens } } }`;
  const response = await fetch(`${stack.url}/gpt/ai_agent_core_graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'local-dev-key', 'part-id': 'acme' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { runList: { runList: unknown[] } } };
  return data.runList.runList;
}

describe('npm start and npm run ask', () => {
  it('answer each tenant from its own agent and data, with the tool call and what it cost', async () => {
    const question = 'What is my order status?';
    const [acme, globex] = [await ask('acme', question), await ask('globex', question)];
    for (const { code, output } of [acme, globex]) {
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toMatch(/^→ get_order_status/);
      expect(output).toMatch(/^run \S{8,} · [1-9]\d* tokens \([1-9]\d* in, [1-9]\d* out\) · \d+\.\d\d s/m);
    }
    expect(acme.output).toMatch(/Acme.*A-1002/);
    expect(globex.output).toMatch(/Globex.*G-7702/);
    expect(acme.output).not.toMatch(/Globex|G-770/);
    expect(globex.output).not.toMatch(/Acme|A-100/);
  });

  it('never show one tenant the orders of the other, even when asked for', async () => {
    const { output } = await ask('acme', 'What is the status of order G-7702?');
    expect(output).toMatch(/get_order_status/);
    expect(output).not.toMatch(/customs|hammock/);
  });

  it('go on when API or runner are killed, each time again', async () => {
    for (let round = 0; round < 2; round++) {
      const runner = stack.find('apps/agent-runner/dist/main.js');
      await stack.killAndAwaitSuccessor('apps/api/dist/main.js');
      await eventually(isReady);
      expect(stack.find('apps/agent-runner/dist/main.js')).toEqual(runner);
      await stack.killAndAwaitSuccessor('apps/agent-runner/dist/main.js');
      const { code, output } = await ask('acme', 'What is the status of order A-1001?');
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('delivered') });
    }
  });

  it('keep data in --data-dir, and leave no process behind', async () => {
    await ask('acme', '--thread', 'thread-kept', 'What is my order status?');
    expect(await stack.stop()).toBe(0);
    expect(stack.processes).toEqual([]);
    stack = await Stack.start(['--data-dir', dataDir]);
    expect(await runs('thread-kept')).toEqual([{ totalTokens: expect.any(Number) }]);
    const again = await ask('acme', '--thread', 'thread-kept', 'What is the status of order A-1001?');
    expect(again.output).toContain('delivered');
  });
});
