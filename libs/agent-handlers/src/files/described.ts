import { ProviderError } from '../provider-error.ts';

/** Servers that agents name may answer anything. */
export function described(detail: unknown, key = 'id'): { id: string; detail: Record<string, unknown> } {
  const fields = typeof detail === 'object' && detail !== null ? { ...detail } : {};
  const id: unknown = (fields as Record<string, unknown>)[key];
  if (typeof id !== 'string') throw new ProviderError('provider.malformed');
  return { id, detail: fields as Record<string, unknown> };
}

/** The content of a file as part of its description. */
export const encoded = async (content: PromiseLike<Response>) => ({
  encoded_content: Buffer.from(await (await content).arrayBuffer()).toString('base64'),
});
