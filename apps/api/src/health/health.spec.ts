import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApi } from '../../spec/api-under-test.ts';

describe('/health/ready', () => {
  it('says which dependency does not answer, and nothing more', async () => {
    const api = await startApi({
      DYNAMODB_ENDPOINT: 'http://127.0.0.1:1',
      SQS_ENDPOINT: 'http://127.0.0.1:1',
      TASK_QUEUE_URL: 'http://127.0.0.1:1/000000000000/tasks.fifo',
    });
    try {
      const response = await fetch(`${api.url}/health/ready`);
      expect([response.status, await response.json()]).toEqual([
        503,
        { status: 'unavailable', checks: { dynamodb: 'down', queue: 'down' } },
      ]);
    } finally {
      await api.close();
    }
  });

  it('asks a busy dependency once for many probes', async () => {
    let asked = 0;
    const dynamoDb = createServer((_, response) => {
      asked++;
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{"Table":{}}');
    }).listen(0, '127.0.0.1');
    await once(dynamoDb, 'listening');
    const { port } = dynamoDb.address() as AddressInfo;
    const api = await startApi({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` });
    try {
      const probes = await Promise.all(Array.from({ length: 20 }, () => fetch(`${api.url}/health/ready`)));
      expect(probes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
      expect(asked).toBe(1);
    } finally {
      await api.close();
      dynamoDb.closeAllConnections();
      dynamoDb.close();
    }
  });
});
