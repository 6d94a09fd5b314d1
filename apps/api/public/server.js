/** Says in one sentence what went wrong; meant to be shown. */
export class ServerError extends Error {}

/** What this page is allowed to be: `{ endpointId, partIds, apiKey, issuesTokens }`. */
export const config = await answer(fetch('/dev-page/config.json'));

const pasted = new Map();

/** Keeps a token the visitor pasted for a part, in memory only. */
export const pasteToken = (partId, token) => pasted.set(partId, token);
export const hasToken = (partId) => config.issuesTokens || pasted.has(partId);

const issued = new Map();

/**
 * A token for the part with at least half its life left.
 * @returns {Promise<{ token: string, freshUntil: number }>} `freshUntil` in ms since the epoch
 */
export async function tokenFor(partId) {
  if (!config.issuesTokens) return { token: pasted.get(partId), freshUntil: Infinity };
  const known = issued.get(partId);
  if (known && known.freshUntil > Date.now()) return known;
  const { token, expiresInSeconds } = await answer(
    fetch(`/dev-page/token/${encodeURIComponent(partId)}`, { method: 'POST' }),
  );
  const fresh = { token, freshUntil: Date.now() + (expiresInSeconds * 1000) / 2 };
  issued.set(partId, fresh);
  return fresh;
}

/** The next token is a new one: a server that started anew may not know the secret of the last. */
export const forgetToken = (partId) => issued.delete(partId);

/** Runs a GraphQL operation as the part. Its data, or a ServerError with the first message. */
export async function graphql(partId, query, variables = {}) {
  const { token } = await tokenFor(partId);
  const { data, errors } = await answer(
    fetch(`/${config.endpointId}/ai_agent_core_graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'part-id': partId },
      body: JSON.stringify({ query, variables }),
    }),
  );
  if (errors?.length) throw new ServerError(errors[0].message);
  return data;
}

async function answer(request) {
  const response = await request.catch(() => {
    throw new ServerError('The server does not answer.');
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ServerError(body.errors?.[0]?.message ?? `The server answered ${response.status}.`);
  }
  return body;
}
