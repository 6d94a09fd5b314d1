import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { OpenAI } from 'openai';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { SDK_SETTINGS, sdkAnswer } from '../files/sdk-answer.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { openAiAccount } from './openai.account.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

/**
 * One request with OpenAI's own SDK, which comes into memory with the first.
 * @throws as `sdkAnswer`
 */
export async function askOpenAi<T>(
  options: HandlerOptions,
  configuration: OpenAiConfiguration,
  request: (client: OpenAI) => PromiseLike<T>,
): Promise<T> {
  const account = openAiAccount(options, configuration);
  const { OpenAI } = await import('openai');
  const client = new OpenAI({
    ...account,
    ...SDK_SETTINGS,
    fetch: boundedFetch(account.fetch, MAX_FILE_BYTES),
    // Of the operator: not for the servers agents name.
    organization: null,
    project: null,
  });
  return sdkAnswer(() => request(client));
}
