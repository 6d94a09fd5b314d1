import { AppError } from '@agent-engine/errors';
import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { Anthropic } from '@anthropic-ai/sdk';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { SDK_SETTINGS } from '../files/sdk-answer.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { anthropicAccount } from './anthropic.account.ts';
import { type AnthropicConfiguration, isOnVertex } from './anthropic.configuration.ts';

/** Anthropic's own SDK, which comes into memory with the first request. @throws as `anthropicAccount` */
export async function anthropicClient(
  options: HandlerOptions,
  configuration: AnthropicConfiguration,
): Promise<Anthropic> {
  if (isOnVertex(configuration)) {
    throw new AppError('handler.unsupported', 'Vertex AI keeps neither files nor skills for its models.');
  }
  const { server, apiKey, fetch } = anthropicAccount(options, configuration);
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    ...SDK_SETTINGS,
    baseURL: server,
    apiKey,
    // Of the operator: not for the servers agents name.
    authToken: null,
    fetch: boundedFetch(configuration.base_url === undefined ? fetch : plain(fetch), MAX_FILE_BYTES),
  });
}

const NEEDED = /^(accept|authorization|content-type|user-agent|anthropic-version|anthropic-beta)$/;

/** Without the headers that the SDK takes from the environment: they are the operator's. */
const plain =
  (send: typeof fetch): typeof fetch =>
  (input, init = {}) => {
    const headers = [...new Headers(init.headers)].filter(([name]) => NEEDED.test(name));
    return send(input, { ...init, headers: Object.fromEntries(headers) });
  };
