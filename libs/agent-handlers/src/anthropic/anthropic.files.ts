import { described, encoded } from '../files/described.ts';
import type { FilePort, NewProviderFile, ProviderFile } from '../files/file-port.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsAccount } from '../provider-account.ts';
import { askAnthropic } from './anthropic.client.ts';
import type { AnthropicConfiguration } from './anthropic.configuration.ts';

const PAGE = 1000;

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
    return askAnthropic(this.options, configuration, async ({ files }) =>
      described(await files.upload({ file: content })),
    );
  }

  list(configuration: AnthropicConfiguration): Promise<ProviderFile[]> {
    return askAnthropic(this.options, configuration, async ({ files }) => {
      const { data } = await files.list({ limit: PAGE });
      return data.map((file) => described(file));
    });
  }

  async delete(configuration: AnthropicConfiguration, id: string): Promise<void> {
    await askAnthropic(this.options, configuration, ({ files }) => files.delete(id));
  }

  get(configuration: AnthropicConfiguration, { id, withContent }: { id: string; withContent: boolean }) {
    return askAnthropic(this.options, configuration, async ({ files }) =>
      described({
        ...(await files.retrieveMetadata(id)),
        ...(withContent && (await encoded(files.download(id)))),
      }),
    );
  }

  /** What code writes is a file as all others: its id is enough. */
  output(configuration: AnthropicConfiguration, file: { fileId: string; withContent: boolean }) {
    return this.get(configuration, { id: file.fileId, withContent: file.withContent });
  }
}
