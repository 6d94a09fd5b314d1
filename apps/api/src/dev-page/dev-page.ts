import { fileURLToPath } from 'node:url';
import express, { type IRouter, type RequestHandler } from 'express';
import { commonHeaders, PAGE_POLICY } from './content-security.ts';
import { onlyFromThisMachine } from './dev-access.ts';
import { type DevPageSettings, localStack } from './dev-page.settings.ts';
import { DEV_TOKEN_SECONDS } from './dev-token.ts';
import { ideRouter } from './ide.router.ts';

/** The same place seen from `src/dev-page` and from `dist/dev-page`: the page needs no build. */
const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url));

/**
 * Serves the development page: `/` and everything below `/dev-page`. Never call it in production: whoever reaches
 * the page from this machine gets a token for any of `partIds`.
 *
 * @param app where GraphQL and the socket of the same origin are served too
 * @param settings what differs from the local stack; pass `token: devTokenSigner(config.jwt)`
 */
export function mountDevPage(app: IRouter, settings: Partial<DevPageSettings> = {}): void {
  const all = { ...localStack, ...settings };
  const guarded: RequestHandler[] = [onlyFromThisMachine, commonHeaders];
  app.get('/', guarded, page);
  app.use('/dev-page', guarded, devPageRouter(all));
}

const page: RequestHandler = (_req, res) => {
  res.set({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' });
  res.sendFile('page.html', { root: PUBLIC, cacheControl: false });
};

function devPageRouter(settings: DevPageSettings): express.Router {
  const { endpointId, partIds, apiKey, token } = settings;
  const router = express.Router();
  router.get('/config.json', (_req, res) => {
    res.set('cache-control', 'no-store').json({ endpointId, partIds, apiKey, issuesTokens: !!token });
  });
  // POST, because browsers then name the page that asks (Origin), even when it is our own.
  router.post('/token/:partId', (req, res) => {
    if (!token || !partIds.includes(req.params.partId)) {
      return res.status(404).json({
        errors: [{ message: 'No token is issued for this part.', extensions: { code: 'entity.notFound' } }],
      });
    }
    return res
      .set('cache-control', 'no-store')
      .json({ token: token(req.params.partId), expiresInSeconds: DEV_TOKEN_SECONDS });
  });
  router.use('/ide', ideRouter(settings));
  router.use(express.static(PUBLIC, { index: false, maxAge: 0 }));
  return router;
}
