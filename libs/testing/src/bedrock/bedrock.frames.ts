import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { ConverseEvent } from './bedrock.answer.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => new Uint8Array(Buffer.from(text)),
);

/** An event as AWS frames it: lengths and checksums around headers and JSON. */
export const frameOf = ({ type, isException = false, body }: ConverseEvent): Uint8Array =>
  framed({ type, isException, json: JSON.stringify(body) });

export const framed = ({
  type,
  isException = false,
  json,
}: {
  type: string;
  isException?: boolean;
  json: string;
}) =>
  codec.encode({
    headers: {
      ':message-type': { type: 'string', value: isException ? 'exception' : 'event' },
      [isException ? ':exception-type' : ':event-type']: { type: 'string', value: type },
      ':content-type': { type: 'string', value: 'application/json' },
    },
    body: new Uint8Array(Buffer.from(json)),
  });
