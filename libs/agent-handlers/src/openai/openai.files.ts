import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { OpenAI } from 'openai';
import { failureByStatus, ownError } from '../failure-by-status.ts';
import type { FilePort, NewProviderFile, ProviderFile } from '../files/file-port.ts';
import { ProviderError } from '../provider-error.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { openAiAccount } from './openai.account.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';
import { boundedFetch } from './bounded-fetch.ts';

const TIMEOUT_MS = 60_000;
const DEFAULT_PURPOSE = 'user_data';

type Purpose = Parameters<OpenAI['files']['create']>[0]['purpose'];

/** Files and container files of OpenAI's API, through its own SDK, which comes into memory with the first file. */
export class OpenAiFiles implements FilePort<OpenAiConfiguration> {
  readonly identity = 'id';
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared({ apiKey, baseUrl }: OpenAiConfiguration): boolean {
    return !apiKey && !baseUrl;
  }

  upload(configuration: OpenAiConfiguration, file: NewProviderFile): Promise<ProviderFile> {
    const content = new File([file.content], file.filename, { type: file.mediaType });
    return this.ask(configuration, ({ files }) =>
      // The provider knows which purposes there are.
      files.create({ file: content, purpose: (file.purpose ?? DEFAULT_PURPOSE) as Purpose }),
    );
  }

  async list(configuration: OpenAiConfiguration, { purpose }: { purpose?: string }) {
    const { data } = await this.call(configuration, ({ files }) => files.list({ purpose }));
    return data.map(described);
  }

  async delete(configuration: OpenAiConfiguration, id: string) {
    await this.call(configuration, ({ files }) => files.delete(id));
  }

  get(configuration: OpenAiConfiguration, { id, withContent }: { id: string; withContent: boolean }) {
    return this.ask(configuration, async ({ files }) => ({
      ...(await files.retrieve(id)),
      ...(withContent && (await encoded(files.content(id)))),
    }));
  }

  output(
    configuration: OpenAiConfiguration,
    { containerId, fileId, withContent }: { containerId: string; fileId: string; withContent: boolean },
  ) {
    const container = { container_id: containerId };
    return this.ask(configuration, async ({ containers: { files } }) => ({
      ...(await files.retrieve(fileId, container)),
      ...(withContent && (await encoded(files.content.retrieve(fileId, container)))),
    }));
  }

  private async ask(
    configuration: OpenAiConfiguration,
    request: (client: OpenAI) => Promise<object>,
  ): Promise<ProviderFile> {
    return described(await this.call(configuration, request));
  }

  private async call<T>(
    configuration: OpenAiConfiguration,
    request: (client: OpenAI) => PromiseLike<T>,
  ): Promise<T> {
    const account = openAiAccount(this.options, configuration);
    const { APIError, OpenAI } = await import('openai');
    const client = new OpenAI({
      ...account,
      fetch: boundedFetch(account.fetch, MAX_FILE_BYTES),
      // Of the operator: not for the servers agents name.
      organization: null,
      project: null,
      timeout: TIMEOUT_MS,
      maxRetries: 0,
      logLevel: 'off', // it would write to the console, which is our log
    });
    try {
      return await request(client);
    } catch (error) {
      const status = error instanceof APIError ? (error.status as number | undefined) : undefined;
      if (status === 404) throw new ProviderError('provider.notFound', { cause: error });
      if (status !== undefined) throw failureByStatus(status, error);
      throw ownError(error) ?? new ProviderError('provider.unavailable', { cause: error });
    }
  }
}

const encoded = async (content: Promise<Response>) => ({
  encoded_content: Buffer.from(await (await content).arrayBuffer()).toString('base64'),
});

/** Servers that agents name may answer anything. */
function described(detail: object): ProviderFile {
  if (!('id' in detail) || typeof detail.id !== 'string') throw new ProviderError('provider.malformed');
  return { id: detail.id, detail: { ...detail } };
}
