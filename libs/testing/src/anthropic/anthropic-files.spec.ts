import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createEgressGuard, createHandlerRegistry, HANDLER_IDS } from '@agent-engine/agent-handlers';
import { processEnv } from '@agent-engine/config';
import { listenLocally } from '../listen-locally.ts';

describe('files at Anthropic', () => {
  it('take nothing of the operator’s to a server the agent names', async () => {
    const registry = createHandlerRegistry({ egress: createEgressGuard(['127.0.0.1']) });
    const handler = await registry.resolve(HANDLER_IDS.anthropic);
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
    });
    const base_url = await listenLocally(server);
    const env = processEnv() as Record<string, string | undefined>;
    env.ANTHROPIC_CUSTOM_HEADERS = 'x-operators: secret';
    try {
      const list = handler.files!.list(handler.configuration.parse({ base_url, api_key: 'named' }), {});
      for await (const { id } of list) throw new Error(id);
    } finally {
      delete env.ANTHROPIC_CUSTOM_HEADERS;
      server.close();
      server.closeAllConnections();
    }
    expect(seen).toMatchObject([{ authorization: 'Bearer named', 'anthropic-version': expect.any(String) }]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });
});
