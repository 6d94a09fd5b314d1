import { AppError } from '@agent-engine/errors';
import { MAX_FILE_BYTES } from '@agent-engine/files';
import type { GoogleGenAI } from '@google/genai';
import { boundedFetch } from '../files/bounded-fetch.ts';
import { described, encoded } from '../files/described.ts';
import type { FilePort, NewProviderFile, ProviderFile } from '../files/file-port.ts';
import { SDK_SETTINGS, sdkAnswer, sdkItems, statusOf } from '../files/sdk-answer.ts';
import { failureByStatus } from '../failure-by-status.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { ProviderError } from '../provider-error.ts';
import { geminiAccount, vertexPlace } from './gemini.account.ts';
import type { GeminiConfiguration } from './gemini.configuration.ts';

const PAGE = 100;

/** Files of the Gemini API. Vertex AI has none; the API gives back only what models have made. */
export class GeminiFiles implements FilePort<GeminiConfiguration> {
  readonly identity = 'file_name';
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: GeminiConfiguration): boolean {
    return usesOperatorsAccount(configuration);
  }

  upload(configuration: GeminiConfiguration, file: NewProviderFile): Promise<ProviderFile> {
    const { filename: displayName, mediaType: mimeType } = file;
    return this.ask(configuration, async ({ files }) =>
      named(
        await files.upload({
          file: new Blob([file.content], { type: mimeType }),
          config: { displayName, mimeType },
        }),
      ),
    );
  }

  async *list(configuration: GeminiConfiguration) {
    const files = sdkItems(
      () => this.client(configuration),
      ({ files }) => files.list({ config: { pageSize: PAGE } }),
    );
    for await (const file of files) yield named(file);
  }

  async delete(configuration: GeminiConfiguration, id: string): Promise<void> {
    await this.ask(configuration, ({ files }) => files.delete({ name: safeName(id) }));
  }

  get(configuration: GeminiConfiguration, { id, withContent }: { id: string; withContent: boolean }) {
    return this.ask(configuration, async ({ files }) => {
      const file = await files.get({ name: safeName(id) });
      if (!withContent) return named(file);
      if (!file.downloadUri) {
        throw new ProviderError('provider.refused', {
          message: 'The model provider gives back only files that its models have made.',
        });
      }
      return named({ ...file, ...(await encoded(this.download(configuration, safeName(id)))) });
    });
  }

  output(configuration: GeminiConfiguration, file: { fileId: string; withContent: boolean }) {
    return this.get(configuration, { id: file.fileId, withContent: file.withContent });
  }

  /** The SDK downloads to disks only. */
  private async download(configuration: GeminiConfiguration, name: string): Promise<Response> {
    const { server, version, apiKey, fetch } = geminiAccount(this.options, configuration);
    const response = await boundedFetch(fetch, MAX_FILE_BYTES)(
      `${server}/${version}/files/${name}:download?alt=media`,
      { headers: { 'x-goog-api-key': apiKey }, signal: AbortSignal.timeout(SDK_SETTINGS.timeout) },
    );
    if (!response.ok) throw failureByStatus(response.status, new Error(await response.text()));
    return response;
  }

  private async client(configuration: GeminiConfiguration): Promise<GoogleGenAI> {
    if (vertexPlace(this.options, configuration)) {
      throw new AppError('handler.unsupported', 'Vertex AI keeps no files for its models.');
    }
    const { server, version, apiKey, fetch } = geminiAccount(this.options, configuration);
    const { GoogleGenAI } = await import('@google/genai');
    return new GoogleGenAI({
      apiKey,
      vertexai: false,
      apiVersion: version,
      httpOptions: {
        baseUrl: server,
        apiVersion: version,
        timeout: SDK_SETTINGS.timeout,
        retryOptions: { attempts: 1 },
        fetch: boundedFetch(fetch, MAX_FILE_BYTES),
      },
    });
  }

  private ask<T>(
    configuration: GeminiConfiguration,
    request: (client: GoogleGenAI) => Promise<T>,
  ): Promise<T> {
    return sdkAnswer(this.client(configuration), (client) => request(client).catch(ofOther));
  }
}

/** A file of another account is one that may not be seen, and so one that is not there. */
function ofOther(error: unknown): never {
  const isOther = statusOf(error) === 403 && error instanceof Error && /file/i.test(error.message);
  throw isOther ? new ProviderError('provider.notFound', { cause: error }) : error;
}

const named = (file: object): ProviderFile => described(file, 'name');

/** Without its collection. @throws ProviderError `provider.notFound` for what cannot be a name */
function safeName(id: string): string {
  const [, name] = /^(?:files\/)?([a-z0-9-]+)$/i.exec(id) ?? [];
  if (name === undefined) throw new ProviderError('provider.notFound');
  return name;
}
