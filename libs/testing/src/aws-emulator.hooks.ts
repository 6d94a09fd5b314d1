import type { buildApp } from 'fauxqs';

type App = ReturnType<typeof buildApp>;

const LOCAL_PAGE = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * The emulator knows no bucket CORS, so browsers could not use presigned URLs. Pages of this machine may;
 * others may not, because the emulator checks no credentials.
 */
export function allowLocalPages(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined || !LOCAL_PAGE.test(origin)) return;
    void reply
      .header('access-control-allow-origin', origin)
      .header('access-control-expose-headers', 'etag')
      .header('vary', 'origin');
    if (request.method !== 'OPTIONS') return;
    await reply
      .code(204)
      .header('access-control-allow-methods', 'GET, HEAD, PUT')
      .header('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*')
      .send();
  });
}

/**
 * A long poll outlives its client here: the next message would go to a consumer killed seconds ago and stay hidden
 * for the whole visibility timeout. SQS notices the closed connection; so do we, and put the message back.
 */
export function returnUndelivered(app: App): void {
  app.addHook('onSend', async (request, _reply, payload) => {
    const polled = request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage';
    if (!polled || !request.raw.socket.destroyed || typeof payload !== 'string') return;
    const { QueueUrl } = request.body as { QueueUrl: string };
    const { Messages = [] } = JSON.parse(payload) as { Messages?: { ReceiptHandle: string }[] };
    for (const { ReceiptHandle } of Messages) {
      await app.inject({
        method: 'POST',
        url: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
        },
        payload: JSON.stringify({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      });
    }
  });
}
