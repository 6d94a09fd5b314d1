import { type AmazonBedrockProvider, createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { HandlerOptions } from '../handler-options.ts';
import { ProviderError } from '../provider-error.ts';
import type { BedrockConfiguration } from './bedrock.configuration.ts';

const DEFAULT_REGION = 'us-east-1';

/** Servers that agents name may check no signature, but a request has to have one. */
const NO_KEYS = { accessKeyId: 'none', secretAccessKey: 'none' };

/** Not the one that the environment may hold, which the library would take instead: that is the operator's. */
const NO_API_KEY = ' ';

/** Bedrock in agents' accounts, or in the operator's as the usual AWS way says who that is. */
export class BedrockAccounts {
  private readonly options: HandlerOptions;
  private readonly operators: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;

  constructor(options: HandlerOptions) {
    this.options = options;
    const chain = defaultProvider(); // remembers what it found, and when that expires
    this.operators = () =>
      chain().catch((cause: unknown) => {
        throw new ProviderError('provider.authentication', { cause });
      });
  }

  /** Made afresh for each step: accounts must not mix. @throws AppError `egress.forbidden` */
  provider(configuration: BedrockConfiguration): AmazonBedrockProvider {
    const { bedrock: operator = {}, egress } = this.options;
    const { base_url } = configuration;
    if (base_url !== undefined) egress.check(base_url);
    return createAmazonBedrock({
      region: configuration.aws_region ?? operator.region ?? DEFAULT_REGION,
      baseURL: base_url ?? operator.baseUrl,
      fetch: base_url === undefined ? globalThis.fetch : egress.fetch,
      ...this.identity(configuration),
    });
  }

  private identity(configuration: BedrockConfiguration) {
    const { api_key, aws_access_key, aws_secret_key, aws_session_token, base_url } = configuration;
    if (api_key !== undefined) return { apiKey: api_key };
    if (aws_access_key !== undefined && aws_secret_key !== undefined) {
      const keys = {
        accessKeyId: aws_access_key,
        secretAccessKey: aws_secret_key,
        sessionToken: aws_session_token,
      };
      return { apiKey: NO_API_KEY, credentialProvider: () => Promise.resolve(keys) };
    }
    if (base_url !== undefined) {
      return { apiKey: NO_API_KEY, credentialProvider: () => Promise.resolve(NO_KEYS) };
    }
    const { apiKey } = this.options.bedrock ?? {};
    return apiKey ? { apiKey } : { apiKey: NO_API_KEY, credentialProvider: this.operators };
  }
}
