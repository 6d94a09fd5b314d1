import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dialect, ProviderRequest, Refusal } from './dialect.ts';
import type { AnswerStep, ScriptedStep } from './script.ts';

interface Played<Body> {
  dialect: Dialect<Body>;
  request: ProviderRequest<Body>;
  stream: boolean;
  response: ServerResponse;
}

/** Plays one step to its end, or until the client has gone. */
export async function play<Body>(step: ScriptedStep, played: Played<Body>): Promise<void> {
  const { dialect, request, response, stream } = played;
  let cutByUs = false;
  response.once('close', () => (request.abortedByClient = !response.writableFinished && !cutByUs));
  if ('httpError' in step) return refuse(response, dialect.refuse(step.httpError));
  if ('silent' in step) return gone(response);
  if (!stream) {
    await delay(step.delayMs ?? 0);
    return json(response, 200, { 'content-type': dialect.contentType.whole }, dialect.whole(step, request));
  }
  if ((await streamed(step, played)) === 'cut') {
    cutByUs = true;
    response.destroy();
  }
}

export function refuse(response: ServerResponse, { status, headers, body }: Refusal): void {
  json(response, status, { 'content-type': 'application/json', ...headers }, body);
}

function json(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown) {
  response.writeHead(status, headers).end(JSON.stringify(body, undefined, 2));
}

async function streamed<Body>(
  { fault, ...step }: AnswerStep,
  { dialect, request, response }: Played<Body>,
): Promise<'cut' | undefined> {
  response.writeHead(200, { 'content-type': dialect.contentType.stream, 'cache-control': 'no-cache' });
  response.flushHeaders();
  let sent = 0;
  for (const { bytes, delta } of dialect.stream(step, request)) {
    if (fault?.afterEvents === sent++) {
      if (fault.kind === 'stall') return void (await gone(response));
      if (fault.kind === 'cut') return 'cut';
      if (fault.kind === 'end') break;
      await send(response, dialect.malformed);
    }
    if (step.delayMs && delta) await delay(step.delayMs);
    if (response.destroyed) return;
    await send(response, bytes);
  }
  response.end();
}

/** Returns once the piece is on its way, so that a cut after it does not take it back. */
const send = (response: ServerResponse, piece: string | Uint8Array) =>
  new Promise<void>((resolve) => response.write(piece, () => resolve()));

async function gone(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, 'close');
}
