import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { httpError } from './openai.errors.ts';
import { responseEvents, wholeResponse } from './openai.events.ts';
import type { OpenAiRequest } from './openai.request.ts';
import type { AnswerStep, HttpErrorStep, ScriptedStep } from './openai.script.ts';

/** Plays one step to its end, or until the client has gone. */
export async function answer(
  step: ScriptedStep,
  request: OpenAiRequest,
  response: ServerResponse,
): Promise<void> {
  let cutByUs = false;
  const watch = () => (request.abortedByClient = !response.writableFinished && !cutByUs);
  response.once('close', watch);
  if ('httpError' in step) return refuse(response, step.httpError);
  if ('silent' in step) return gone(response);
  if (!request.body.stream) return whole(step, request, response);
  if ((await stream(step, request, response)) === 'cut') {
    cutByUs = true;
    response.destroy();
  }
}

export function refuse(response: ServerResponse, error: HttpErrorStep['httpError']): void {
  const { status, headers, body } = httpError(error);
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body, undefined, 2));
}

async function whole(step: AnswerStep, request: OpenAiRequest, response: ServerResponse): Promise<void> {
  await delay(step.delayMs ?? 0);
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(wholeResponse(step, request.body)));
}

async function stream(
  { fault, ...step }: AnswerStep,
  request: OpenAiRequest,
  response: ServerResponse,
): Promise<'cut' | undefined> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.flushHeaders();
  for (const event of responseEvents(step, request.body)) {
    if (fault?.afterEvents === event.sequence_number) {
      if (fault.kind === 'stall') return void (await gone(response));
      if (fault.kind === 'cut') return 'cut';
      await send(response, 'data: {"type":"response.output_text.delta","delta":\n\n');
    }
    if (step.delayMs && event.type.endsWith('.delta')) await delay(step.delayMs);
    if (response.destroyed) return;
    await send(response, `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

/** Returns once the piece is on its way, so that a cut after it does not take it back. */
const send = (response: ServerResponse, piece: string) =>
  new Promise<void>((resolve) => response.write(piece, () => resolve()));

async function gone(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, 'close');
}
