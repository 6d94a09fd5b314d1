/** Both `https://host` and `https://host/v1` are written in the wild; the client wants the latter. */
export function withVersion(baseUrl: string): string {
  const trimmed = baseUrl.replace(/\/+$/, '');
  return /\/v\d+[a-z0-9]*$/.test(trimmed) ? trimmed : `${trimmed}/v1`;
}
