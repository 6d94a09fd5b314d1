import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Streaming {
  chunks: number;
  everyMs: number;
}

export interface TimedProvider {
  url: string;
  /** When the request with this mark in it arrived. */
  arrivals: Map<string, number>;
  /** How answers are streamed from now on. */
  streaming: Streaming;
  stop(): Promise<void>;
}

const MARK = /<mark:([\w-]+)>/;

/** What a question has to hold for its request to be known again. */
export const marked = (mark: string) => `<mark:${mark}> What now?`;

/** Each chunk says when it was sent: 24 characters, so that no client of any version waits for more of it. */
const chunkNow = () => `@${performance.now().toFixed(3)}`.padEnd(24);

/** When the chunks in a piece of text were sent, on this process' clock. */
export const chunkTimes = (delta: string) =>
  [...delta.matchAll(/@([\d.]+)/g)].map(([, time]) => Number(time));

/** The least that the Responses API takes: no more of the processor than has to be spent goes to the other end. */
export async function startTimedProvider(): Promise<TimedProvider> {
  const server = createServer((request, response) => {
    const arrived = performance.now();
    void text(request).then(async (body) => {
      const [, mark] = MARK.exec(body) ?? [];
      if (mark !== undefined && !provider.arrivals.has(mark)) provider.arrivals.set(mark, arrived);
      await answer(response, provider.streaming);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: TimedProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals: new Map(),
    streaming: { chunks: 5, everyMs: 5 },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return provider;
}

async function answer(response: ServerResponse, { chunks, everyMs }: Streaming): Promise<void> {
  let sequence_number = 0;
  const send = (type: string, event: object) =>
    response.write(`data: ${JSON.stringify({ type, sequence_number: sequence_number++, ...event })}\n\n`);
  const id = 'resp_bench';
  const item = { id: 'msg_bench', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send('response.created', {
    response: { id, object: 'response', created_at: 1_790_000_000, status: 'in_progress', model: 'bench' },
  });
  send('response.output_item.added', { output_index: 0, item });
  for (let i = 0; i < chunks && !response.destroyed; i++) {
    await delay(everyMs);
    send('response.output_text.delta', { ...place, delta: chunkNow() });
  }
  send('response.output_item.done', { output_index: 0, item: { ...item, status: 'completed' } });
  const usage = { input_tokens: 100, output_tokens: chunks, total_tokens: 100 + chunks };
  send('response.completed', {
    response: {
      id,
      object: 'response',
      created_at: 1_790_000_000,
      status: 'completed',
      model: 'bench',
      usage: {
        ...usage,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
      },
    },
  });
  response.end();
}
