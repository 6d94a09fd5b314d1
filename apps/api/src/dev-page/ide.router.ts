import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type Router } from 'express';
import { idePolicy } from './content-security.ts';
import type { DevPageSettings } from './dev-page.settings.ts';

const SAMPLE_QUERY = `# Ctrl-Enter runs the query. Its headers are filled in; the first icon on the left edits them.
query agents {
  agentList(limit: 10) {
    total
    agentList {
      agentUuid
      agentName
      instructions
      llm { llmProvider llmName }
      mcpServers { mcpLabel mcpServerUrl }
    }
  }
}
`;

/**
 * Altair, served from its package. Its files have hashed names except the entry ones, hence revalidation instead of
 * a lifetime. The package itself is loaded with the first visit: it costs memory the API does not need.
 */
export function ideRouter({ endpointId, partIds, apiKey }: DevPageSettings): Router {
  const router = express.Router();
  const files = join(dirname(createRequire(import.meta.url).resolve('altair-static')), 'dist');

  router.get('/', async (req, res) => {
    const { renderAltair } = await import('altair-static');
    const wish = typeof req.query.part === 'string' ? req.query.part : '';
    const part = partIds.includes(wish) ? wish : partIds[0];
    const nonce = randomBytes(16).toString('base64');
    res.set({ 'content-security-policy': idePolicy(nonce), 'cache-control': 'no-store' });
    res.type('html').send(
      renderAltair({
        baseURL: `${req.baseUrl}/`,
        endpointURL: `${req.protocol}://${req.headers.host}/${endpointId}/ai_agent_core_graphql`,
        initialHeaders: { 'x-api-key': apiKey, 'part-id': part },
        initialQuery: SAMPLE_QUERY,
        initialSettings: {
          theme: 'system',
          'banners.disable': true,
          'alert.disableUpdateNotification': true,
        },
        // One set of windows per part: queries survive a reload, and headers never leak from one part to another.
        instanceStorageNamespace: `${endpointId}_${part}_`,
        disableAccount: true,
        cspNonce: nonce,
      }),
    );
  });
  router.use(express.static(files, { index: false, maxAge: 0 }));
  return router;
}
