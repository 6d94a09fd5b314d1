import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentHandler, StepEvent, StepRequest } from '../agent-handler.ts';
import type { ToolCall } from '../conversation.ts';
import type { Tool, ToolOutcome } from '../tool.ts';
import { runAgent, type AgentRun } from './run-agent.ts';
import type { RunEvent } from './run-event.ts';

type Step = { text?: string; calls?: [name: string, args: string][] };
const usage = { promptTokens: 10, completionTokens: 2, totalTokens: 12, cachedTokens: 1, reasoningTokens: 0 };

/** A custom handler: the interface is all the loop knows of any of them. */
function scripted(script: (step: number, request: StepRequest) => Step) {
  const requests: StepRequest[] = [];
  const handler: AgentHandler = {
    id: { moduleName: 'scripted', className: 'Scripted' },
    configuration: z.unknown(),
    async *step(request): AsyncGenerator<StepEvent> {
      const { text, calls = [] } = script(requests.length, request);
      requests.push(request);
      await delay(1);
      request.signal.throwIfAborted();
      if (text) yield { type: 'text-delta', text };
      const made = calls.map(([name, args], i): ToolCall => ({ id: `c${i}`, name, arguments: args }));
      for (const call of made) yield { type: 'tool-call', call };
      yield { type: 'usage', usage };
      yield {
        type: 'finish',
        reason: made.length > 0 ? 'tool-calls' : 'stop',
        responseId: `resp_${requests.length}`,
        parts: made.map((call) => ({ type: 'tool-call', call })),
      };
    },
  };
  return { handler, requests };
}

function tool(name: string, run: Tool['run']): Tool {
  return { name, inputSchema: { type: 'object' }, run };
}

function start(handler: AgentHandler, options: Partial<AgentRun> = {}) {
  const events: RunEvent[] = [];
  const answer = runAgent({
    runId: 'run',
    handler,
    configuration: {},
    defaultModel: 'm',
    messages: [{ role: 'user', text: 'Go' }],
    tools: [],
    limits: { maxToolRounds: 3, toolConcurrency: 2, toolTimeoutMs: 5_000 },
    signal: new AbortController().signal,
    observe: (event) => void events.push(event),
    ...options,
  });
  return { answer, events };
}

const ok = (text: string): Promise<ToolOutcome> => Promise.resolve({ text, failed: false });

describe('runAgent', () => {
  it('runs the calls of one answer at once, within the limit, and returns results in call order', async () => {
    let running = 0;
    let most = 0;
    const slowFirst = tool('work', async ({ ms }) => {
      most = Math.max(most, ++running);
      await delay(Number(ms));
      running--;
      return { text: `waited ${JSON.stringify(ms)}`, failed: false };
    });
    const { handler, requests } = scripted((step) =>
      step === 0 ? { calls: [60, 1, 30, 2].map((ms) => ['work', `{"ms":${ms}}`]) } : { text: 'Done' },
    );
    const { answer, events } = start(handler, { tools: [slowFirst] });
    expect(await answer).toMatchObject({
      text: 'Done',
      responseId: 'resp_2',
      usage: { totalTokens: 24, cachedTokens: 2 },
    });
    expect(most).toBe(2);
    const told = requests[1]?.messages.at(-1);
    expect(told?.role === 'tool' && told.results.map(({ text }) => text)).toEqual(
      [60, 1, 30, 2].map((ms) => `waited ${ms}`),
    );
    const finished = events.flatMap((event) => (event.type === 'tool-finished' ? [event.call.index] : []));
    expect(finished).toHaveLength(4);
    expect(finished).not.toEqual([0, 1, 2, 3]);
  });

  it('tells the model what went wrong with a call instead of failing', async () => {
    const { handler, requests } = scripted((step) =>
      step === 0
        ? {
            calls: [
              ['unheard_of', '{}'],
              ['work', '{broken'],
              ['work', '[1]'],
              ['throws', '{}'],
              ['fails', '{}'],
              ['hangs', '{}'],
              ['work', ''],
            ],
          }
        : { text: 'Sorry' },
    );
    const { answer, events } = start(handler, {
      tools: [
        tool('work', () => ok('fine')),
        tool('throws', () => Promise.reject(new Error('secret path /etc/x'))),
        tool('fails', () => Promise.resolve({ text: 'no such order', failed: true })),
        tool('hangs', () => new Promise(() => {})),
      ],
      limits: { maxToolRounds: 3, toolConcurrency: 8, toolTimeoutMs: 50 },
    });
    await answer;
    const told = requests[1]?.messages.at(-1);
    expect(told?.role === 'tool' && told.results.map(({ text, failed }) => [failed, text])).toEqual([
      [true, 'There is no tool named unheard_of.'],
      [true, 'The arguments are not a JSON object.'],
      [true, 'The arguments are not a JSON object.'],
      [true, 'The tool could not be run.'],
      [true, 'no such order'],
      [true, 'The tool did not answer within 0.05 seconds.'],
      [false, 'fine'],
    ]);
    expect(events.filter(({ type }) => type === 'tool-started')).toHaveLength(7);
    expect(events.filter((event) => event.type === 'tool-finished' && event.failed)).toHaveLength(6);
  });

  it('ends a model that never stops asking with an answer without tools', async () => {
    const { handler, requests } = scripted((_step, { tools }) =>
      tools.length > 0 ? { calls: [['work', '{}']] } : { text: 'That is all I found.' },
    );
    const { answer } = start(handler, { tools: [tool('work', () => ok('more'))] });
    expect((await answer).text).toBe('That is all I found.');
    expect(requests.map(({ tools }) => tools.length)).toEqual([1, 1, 1, 0]);
    expect(requests.map(({ toolChoice }) => toolChoice)).toEqual(['auto', 'auto', 'auto', 'none']);
  });

  it('ends a model that asks for tools although it may not, with what it has said', async () => {
    const { handler, requests } = scripted(() => ({ text: 'Once more.', calls: [['work', '{}']] }));
    let runs = 0;
    const work = tool('work', () => ok(String(++runs)));
    const { answer } = start(handler, { tools: [work] });
    expect((await answer).text).toBe(Array(4).fill('Once more.').join('\n\n'));
    expect([requests.length, runs]).toEqual([4, 3]);
  });

  it('keeps what was said before a tool call, as it was streamed', async () => {
    const { handler } = scripted((step) =>
      step === 0 ? { text: 'Let me see.', calls: [['work', '{}']] } : { text: 'Found.' },
    );
    const { answer, events } = start(handler, { tools: [tool('work', () => ok('x'))] });
    expect((await answer).text).toBe('Let me see.\n\nFound.');
    const streamed = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
    expect(streamed).toBe('Let me see.\n\nFound.');
  });

  it('fails when the model says nothing at all', async () => {
    const { answer } = start(scripted(() => ({})).handler);
    await expect(answer).rejects.toMatchObject({ code: 'provider.malformed' });
  });

  it('closes every open call when the run is stopped, starts no other, and throws the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('deadline');
    let started = 0;
    const hangs = tool('hangs', () => {
      if (++started === 2) setImmediate(() => stop.abort(reason));
      return new Promise(() => {});
    });
    const { handler } = scripted(() => ({ calls: Array.from({ length: 5 }, () => ['hangs', '{}']) }));
    const { answer, events } = start(handler, { tools: [hangs], signal: stop.signal });
    await expect(answer).rejects.toBe(reason);
    expect(started).toBe(2);
    const finished = events.filter((event) => event.type === 'tool-finished');
    expect(finished.map(({ call }) => call.index).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(finished.every(({ failed }) => failed)).toBe(true);
  });

  it('gives the same call at the same place the same key, and another call another one', async () => {
    const keys = async (args: string) => {
      const seen: string[] = [];
      const work = tool('work', (_args, { idempotencyKey }) => {
        seen.push(idempotencyKey);
        return ok('x');
      });
      const calls: [string, string][] = [
        ['work', args],
        ['work', args],
      ];
      await start(scripted((step) => (step === 0 ? { calls } : { text: 'ok' })).handler, { tools: [work] })
        .answer;
      return seen.sort();
    };
    const first = await keys('{"a":1}');
    expect(new Set(first).size).toBe(2);
    expect(await keys('{"a":1}')).toEqual(first);
    expect(await keys('{"a":2}')).not.toEqual(first);
  });

  it('lets an observer keep a tool from running', async () => {
    let ran = false;
    const { handler } = scripted((step) => (step === 0 ? { calls: [['work', '{}']] } : { text: 'ok' }));
    const { answer } = start(handler, {
      tools: [
        tool('work', () => {
          ran = true;
          return ok('x');
        }),
      ],
      observe: ({ type }) => {
        if (type === 'tool-started') throw new Error('not allowed');
      },
    });
    expect((await answer).text).toBe('ok');
    expect(ran).toBe(false);
  });
});
