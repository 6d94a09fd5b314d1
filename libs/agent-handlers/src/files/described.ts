import { ProviderError } from '../provider-error.ts';

/** Servers that agents name may answer anything. */
export function described(detail: object, key = 'id'): { id: string; detail: Record<string, unknown> } {
  const fields: Record<string, unknown> = { ...detail };
  const id = fields[key];
  if (typeof id !== 'string') throw new ProviderError('provider.malformed');
  return { id, detail: fields };
}

/** The content of a file as part of its description. */
export const encoded = async (content: PromiseLike<Response>) => ({
  encoded_content: Buffer.from(await (await content).arrayBuffer()).toString('base64'),
});
