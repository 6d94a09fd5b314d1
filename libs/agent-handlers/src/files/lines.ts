import { ProviderError } from '../provider-error.ts';

/** Lines are pieces of words, or the arguments of a call. */
const MAX_LINE = 4 * 1024 * 1024;

/** The lines of a body as they come; empty ones are left out. @throws ProviderError for one without end */
export async function* lines({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of (body ?? []) as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(bytes, { stream: true });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      if (line) yield line;
    }
    if (rest.length > MAX_LINE) throw new ProviderError('provider.malformed');
  }
  if (rest.trim()) yield rest;
}
