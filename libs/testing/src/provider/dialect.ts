import type { IncomingHttpHeaders } from 'node:http';
import type { DemoConversation } from './demo.ts';
import type { AnswerStep, HttpErrorScript } from './script.ts';

/** A request as it came. */
export interface Incoming {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined for anything else. */
  body: unknown;
}

/** A request that was a valid one, for assertions. */
export interface ProviderRequest<Body> extends Incoming {
  body: Body;
  /** The client closed the connection before the answer was complete. Set when that happens. */
  abortedByClient: boolean;
}

export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** One piece of a streamed answer, as it goes over the wire. */
export interface Piece {
  bytes: string | Uint8Array;
  /** Part of the text, to be kept waiting where the script says so. */
  delta?: boolean;
}

/** The wire format of one provider, as far as its servers speak it to us. */
export interface Dialect<Body> {
  /** Checks route, key and body as strictly as the provider does, its rules for histories included. */
  accept(request: Incoming): { body: Body; stream: boolean } | { refusal: HttpErrorScript };
  refuse(error: HttpErrorScript): Refusal;
  contentType: { stream: string; whole: string };
  stream(step: AnswerStep, request: ProviderRequest<Body>): Iterable<Piece>;
  whole(step: AnswerStep, request: ProviderRequest<Body>): unknown;
  /** A piece of a stream that no client can read. */
  malformed: string | Uint8Array;
  /** What the demo script has to know. */
  conversation(body: Body): DemoConversation;
}
