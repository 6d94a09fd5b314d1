import type { IncomingHttpHeaders } from 'node:http';

/** What the database, or a fault in its place, answers. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export function jsonAnswer(body: object, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

export function errorAnswer(code: string, message: string, rest: object = {}, status = 400): Answer {
  return jsonAnswer(
    { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message, Message: message, ...rest },
    status,
  );
}

/** The same answer with another body; its checksum goes, as it is no longer true. */
export function withBody(answer: Answer, body: object): Answer {
  const { 'x-amz-crc32': _checksum, 'content-length': _length, ...headers } = answer.headers;
  return { status: answer.status, headers, body: Buffer.from(JSON.stringify(body)) };
}
