import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { processEnv } from '@agent-engine/config';
import { type DocumentNode, execute, parse, validate } from 'graphql';
import jwt from 'jsonwebtoken';
import { floorRoot } from './floor.data.ts';
import { floorSchema } from './floor.schema.ts';

/**
 * What remains of the API without a framework: node:http, graphql-js, the AWS SDK, token verification, and nothing
 * that is not needed for this one answer. The ratio to it is what the rest costs.
 */
const env = processEnv();
const client = new DynamoDBClient({ endpoint: env.DYNAMODB_ENDPOINT, region: env.AWS_REGION });
// The API knows this too (libs/models): what the SDK wastes is not what is compared.
client.middlewareStack.remove('loggerMiddleware');
const documents = new Map<string, DocumentNode>();

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, body }) =>
      response
        .writeHead(status, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
        })
        .end(body),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));

async function answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
  const [, endpointId] = request.url?.split('/') ?? [];
  let claims: jwt.JwtPayload | string;
  try {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
    claims = jwt.verify(token, env.JWT_SECRET ?? '', { algorithms: ['HS256'] });
  } catch {
    return { status: 401, body: '{"errors":[{"message":"The token is not valid."}]}' };
  }
  if (typeof claims === 'string' || claims.endpoint_id !== endpointId) return { status: 403, body: '{}' };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
    query: string;
    variables?: Record<string, unknown>;
  };
  const result = await execute({
    schema: floorSchema,
    document: documentOf(query),
    rootValue: floorRoot(client, `${endpointId}#${String(claims.part_id)}`),
    variableValues: variables,
  });
  return { status: 200, body: `${JSON.stringify(result)}\n` };
}

function documentOf(query: string): DocumentNode {
  let document = documents.get(query);
  if (!document) {
    document = parse(query);
    const [error] = validate(floorSchema, document);
    if (error) throw error;
    documents.set(query, document);
  }
  return document;
}
