import type { Anthropic } from '@anthropic-ai/sdk';
import { described, encoded } from '../files/described.ts';
import type { FilePort, NewProviderFile, ProviderFile } from '../files/file-port.ts';
import { sdkAnswer, sdkItems } from '../files/sdk-answer.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { anthropicClient } from './anthropic.client.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const PAGE = { limit: 1000 };

/** Files of Anthropic's API. It knows no purposes, and gives back only what code of a run has written. */
export class AnthropicFiles implements FilePort<AnthropicConfiguration> {
  readonly identity = 'id';
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: AnthropicConfiguration): boolean {
    return usesOperatorsAccount(configuration);
  }

  upload(configuration: AnthropicConfiguration, file: NewProviderFile): Promise<ProviderFile> {
    const content = new File([file.content], file.filename, { type: file.mediaType });
    return this.file(configuration, (files) =>
      files.upload({ file: content, expires_in_seconds: file.expiresAfter }),
    );
  }

  async *list(configuration: AnthropicConfiguration) {
    const client = () => anthropicClient(this.options, configuration);
    for await (const file of sdkItems(client, ({ files }) => files.list(PAGE))) yield described(file);
  }

  async delete(configuration: AnthropicConfiguration, id: string): Promise<void> {
    await sdkAnswer(anthropicClient(this.options, configuration), ({ files }) => files.delete(id));
  }

  get(configuration: AnthropicConfiguration, { id, withContent }: { id: string; withContent: boolean }) {
    return this.file(configuration, async (files) => ({
      ...(await files.retrieveMetadata(id)),
      ...(withContent && (await encoded(files.download(id)))),
    }));
  }

  /** What code writes is a file as all others: its id is enough. */
  output(configuration: AnthropicConfiguration, file: { fileId: string; withContent: boolean }) {
    return this.get(configuration, { id: file.fileId, withContent: file.withContent });
  }

  private async file(
    configuration: AnthropicConfiguration,
    request: (files: Anthropic['files']) => PromiseLike<object>,
  ): Promise<ProviderFile> {
    const client = anthropicClient(this.options, configuration);
    return described(await sdkAnswer(client, ({ files }) => request(files)));
  }
}
