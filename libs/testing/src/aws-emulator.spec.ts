import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { startAwsEmulator } from './aws-emulator.ts';
import type { LocalServer } from './dynamodb-local.ts';
import { createFileBucket } from './file-bucket.ts';
import { localS3, localSqs } from './local-clients.ts';
import { createTaskQueue } from './task-queue.ts';

const running: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

async function emulate(dataDir?: string): Promise<LocalServer> {
  const emulator = await startAwsEmulator({ dataDir });
  running.push(emulator);
  return emulator;
}

const MAX_RECEIVES = 5;

async function openQueue(visibilityTimeoutSeconds = 30, dataDir?: string) {
  const emulator = await emulate(dataDir);
  const sqs = localSqs(emulator.endpoint);
  const { queueUrl, deadLetterQueueUrl } = await createTaskQueue(emulator.endpoint, {
    visibilityTimeoutSeconds,
    maxReceives: MAX_RECEIVES,
  });
  return {
    emulator,
    queueUrl,
    send: (group: string, body: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: `${group}-${body}`,
        }),
      ),
    receive: async (from: 'tasks' | 'dead letters' = 'tasks', waitSeconds = 0): Promise<Message[]> => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: from === 'tasks' ? queueUrl : deadLetterQueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages ?? [];
    },
    hide: (message: Message | undefined, seconds: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: seconds,
        }),
      ),
    remove: (message: Message | undefined) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message?.ReceiptHandle })),
  };
}

const bodies = (messages: Message[]) => messages.map(({ Body }) => Body).sort();

describe('the task queue of the emulator', () => {
  it('gives a group one message at a time, in order, and does not hold up other groups', async () => {
    const { send, receive, remove } = await openQueue();
    await send('one', '1');
    await send('one', '2');
    await send('other', '1');
    const first = await receive();
    expect(first.map(({ Attributes }) => Attributes?.MessageGroupId).sort()).toEqual(['one', 'other']);
    expect(bodies(first)).toEqual(['1', '1']);
    expect(await receive()).toEqual([]);

    await remove(first.find(({ Attributes }) => Attributes?.MessageGroupId === 'one'));
    const second = await receive();
    expect(second).toMatchObject([{ Body: '2', Attributes: { MessageGroupId: 'one' } }]);
  });

  it('ignores a repeated deduplication id', async () => {
    const { send, receive, remove } = await openQueue();
    await send('one', '1');
    await send('one', '1');
    const [only] = await receive();
    await remove(only);
    expect(await receive()).toEqual([]);
  });

  it('shows a message again after its visibility timeout, before the rest of its group', async () => {
    const { send, receive } = await openQueue(1);
    await send('one', '1');
    await send('one', '2');
    await receive();
    const again = await receive('tasks', 20);
    expect(again).toMatchObject([{ Body: '1', Attributes: { ApproximateReceiveCount: '2' } }]);
  });

  it('keeps a message hidden for as long as the visibility is extended', async () => {
    const { send, receive, hide } = await openQueue(1);
    await send('one', '1');
    const [message] = await receive();
    await hide(message, 30);
    expect(await receive('tasks', 2)).toEqual([]);
    await hide(message, 0);
    expect(bodies(await receive())).toEqual(['1']);
  });

  it('sets a message aside after as many receives as it is told, and goes on with its group', async () => {
    const { send, receive, hide } = await openQueue();
    await send('one', 'poison');
    await send('one', 'next');
    for (let attempt = 1; attempt <= MAX_RECEIVES; attempt++) {
      const [message] = await receive();
      expect(message).toMatchObject({
        Body: 'poison',
        Attributes: { ApproximateReceiveCount: String(attempt) },
      });
      await hide(message, 0);
    }
    expect(bodies(await receive())).toEqual(['next']);
    expect(bodies(await receive('dead letters'))).toEqual(['poison']);
  });

  it('does not lose a message to a consumer that died while it polled', async () => {
    const { emulator, queueUrl, send, receive } = await openQueue();
    const dying = new AbortController();
    const poll = fetch(emulator.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ReceiveMessage',
      },
      body: JSON.stringify({ QueueUrl: queueUrl, WaitTimeSeconds: 20 }),
      signal: dying.signal,
    });
    await receive(); // by now the poll has arrived
    dying.abort();
    await expect(poll).rejects.toThrow();
    // The server has seen the end of that connection once it has answered requests made after it.
    for (let request = 0; request < 3; request++) await receive();
    await send('one', '1');
    expect(bodies(await receive('tasks', 5))).toEqual(['1']);
  });

  it('keeps a message that is given back, in a data directory too', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'emulator-'));
    const { send, receive, hide } = await openQueue(30, dataDir);
    await send('one', '1');
    const [message] = await receive();
    await hide(message, 0);
    expect(bodies(await receive())).toEqual(['1']);
    await running.pop()?.stop();
    await rm(dataDir, { recursive: true });
  });

  it('keeps queues, messages and objects in the data directory', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'emulator-'));
    const first = await openQueue(30, dataDir);
    await first.send('one', '1');
    await createFileBucket(first.emulator.endpoint, 'files');
    await localS3(first.emulator.endpoint).send(
      new PutObjectCommand({ Bucket: 'files', Key: 'a/b.txt', Body: 'kept' }),
    );
    await running.pop()?.stop();

    const second = await openQueue(40, dataDir);
    await createFileBucket(second.emulator.endpoint, 'files');
    const { Body } = await localS3(second.emulator.endpoint).send(
      new GetObjectCommand({ Bucket: 'files', Key: 'a/b.txt' }),
    );
    expect(await Body?.transformToString()).toBe('kept');
    expect(bodies(await second.receive())).toEqual(['1']);
    await running.pop()?.stop();
    await rm(dataDir, { recursive: true });
  });
});

describe('the bucket of the emulator', () => {
  it.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['https://elsewhere.example', null],
  ])('lets a page of %s upload: %s', async (origin, allowed) => {
    const emulator = await emulate();
    await createFileBucket(emulator.endpoint, 'files');
    const preflight = await fetch(`${emulator.endpoint}/files/a.txt`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    const put = await fetch(`${emulator.endpoint}/files/a.txt`, {
      method: 'PUT',
      headers: { origin },
      body: 'x',
    });
    expect(put.headers.get('access-control-allow-origin')).toBe(allowed);
  });
});
