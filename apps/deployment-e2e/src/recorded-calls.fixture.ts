import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Statement } from './deployed.fixture.ts';

export interface RecordedCalls {
  endpoint: string;
  /** `dynamodb:Query table/aace-agents-pk/index/updated_at-index`: what IAM would be asked for. */
  needed: Set<string>;
  stop(): void;
}

/** Stands before the database and notes what each call needs leave for. */
export async function recordCalls(database: string): Promise<RecordedCalls> {
  const needed = new Set<string>();
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      for (const need of needs(operation, JSON.parse(body.toString()) as Input)) needed.add(need);
      const passed = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target', 'x-amz-content-sha256'];
      const headers = Object.fromEntries(
        passed.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
      );
      const answer = await fetch(database, { method: 'POST', headers, body });
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
        'x-amz-crc32': answer.headers.get('x-amz-crc32') ?? '',
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    needed,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Input {
  TableName?: string;
  IndexName?: string;
  StreamArn?: string;
  RequestItems?: Record<string, unknown>;
  TransactItems?: Record<string, { TableName: string }>[];
}

const PARTS: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

function needs(operation: string, input: Input): string[] {
  const { TableName, IndexName, StreamArn, RequestItems, TransactItems } = input;
  const need = (action: string, table: string) => `dynamodb:${action} table/${table}`;
  if (TransactItems) {
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([part, of]) => need(PARTS[part] ?? part, of.TableName)),
    );
  }
  if (RequestItems) return Object.keys(RequestItems).map((table) => need(operation, table));
  if (StreamArn) return [`dynamodb:${operation} ${StreamArn.slice(StreamArn.indexOf('table/'))}`];
  // Statements of PartiQL and iterators of shards name their table inside.
  if (!TableName) return operation === 'ListTables' ? [`dynamodb:${operation} *`] : [];
  return [need(operation, `${TableName}${IndexName ? `/index/${IndexName}` : ''}`)];
}

/** Those needs that no statement allows. */
export function refused(calls: Iterable<string>, statements: readonly Statement[]): string[] {
  return [...calls].filter((call) => {
    const [action = '', resource = ''] = call.split(' ');
    return !statements.some(
      (statement) =>
        [statement.Action].flat().includes(action) &&
        [statement.Resource].flat().some((arn) => typeof arn === 'string' && covers(arn, resource)),
    );
  });
}

function covers(arn: string, resource: string): boolean {
  const pattern = arn
    .slice(arn.indexOf('table/'))
    .split('*')
    .map((part) => part.replace(/[.\\+]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(resource);
}
