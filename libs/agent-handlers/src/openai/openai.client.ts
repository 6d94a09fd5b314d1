import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { OpenAI } from 'openai';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { SDK_SETTINGS } from '../files/sdk-answer.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { openAiAccount } from './openai.account.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

/** OpenAI's own SDK, which comes into memory with the first request. @throws as `openAiAccount` */
export async function openAiClient(
  options: HandlerOptions,
  configuration: OpenAiConfiguration,
): Promise<OpenAI> {
  const account = openAiAccount(options, configuration);
  const { OpenAI } = await import('openai');
  return new OpenAI({
    ...account,
    ...SDK_SETTINGS,
    fetch: boundedFetch(account.fetch, MAX_FILE_BYTES),
    // Of the operator: not for the servers agents name.
    organization: null,
    project: null,
  });
}
