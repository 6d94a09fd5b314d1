import { acmeToken, post, startApi } from '../../spec/api-under-test.ts';
import { connect } from '../../spec/socket-client.ts';

describe('/metrics', () => {
  it('counts requests, operations and sockets, and names no tenant', async () => {
    const api = await startApi();
    try {
      const headers = { 'x-api-key': 'key-of-acme' };
      await post(api.url, { headers });
      await post(api.url, { headers, body: { query: 'mutation { touch }' } });
      await post(api.url, { headers, body: { query: '{ broken }' } });
      await post(api.url, { headers, body: { query: '{ nothing }' } });
      await post(api.url, {});
      await post(api.url, { path: '/acme/secrets', headers });
      const client = await connect(`${api.url}/gpt/ai_agent_core_ws?token=${acmeToken()}`);
      const text = await (await fetch(`${api.url}/metrics`)).text();
      client.socket.close();

      expect(text).toContain('http_requests_total{route="graphql",status="200"} 4');
      expect(text).toContain('http_requests_total{route="graphql",status="401"} 1');
      expect(text).toContain('http_requests_total{route="other",status="404"} 1');
      expect(text).toMatch(/graphql_operation_duration_seconds_count\{operation="query",outcome="ok"\} 1/);
      expect(text).toMatch(/graphql_operation_duration_seconds_count\{operation="query",outcome="error"\} 1/);
      expect(text).toMatch(/graphql_operation_duration_seconds_count\{operation="mutation",outcome="ok"\} 1/);
      expect(text).toMatch(/graphql_operation_duration_seconds_count\{operation="none",outcome="error"\} 1/);
      expect(text).toContain('websocket_connections 1');
      expect(text).toContain('process_resident_memory_bytes');
      expect(text).not.toMatch(/acme|gpt|touch|nothing/);
    } finally {
      await api.close();
    }
  });
});
