import type { OpenAI } from 'openai';
import { described, encoded } from '../files/described.ts';
import type { FilePort, NewProviderFile, ProviderFile } from '../files/file-port.ts';
import { sdkAnswer, sdkItems } from '../files/sdk-answer.ts';
import type { HandlerOptions } from '../handler-options.ts';
import { usesOperatorsOpenAi } from './openai.account.ts';
import { openAiClient } from './openai.client.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

const DEFAULT_PURPOSE = 'user_data';
const PAGE = 1000;

type Purpose = Parameters<OpenAI['files']['create']>[0]['purpose'];

/** Files and container files of OpenAI's API. */
export class OpenAiFiles implements FilePort<OpenAiConfiguration> {
  readonly identity = 'id';
  private readonly options: HandlerOptions;

  constructor(options: HandlerOptions) {
    this.options = options;
  }

  isShared(configuration: OpenAiConfiguration): boolean {
    return usesOperatorsOpenAi(configuration);
  }

  upload(configuration: OpenAiConfiguration, file: NewProviderFile): Promise<ProviderFile> {
    const content = new File([file.content], file.filename, { type: file.mediaType });
    return this.file(configuration, ({ files }) =>
      // The provider knows which purposes there are.
      files.create({
        file: content,
        purpose: (file.purpose ?? DEFAULT_PURPOSE) as Purpose,
        ...(file.expiresAfter && { expires_after: { anchor: 'created_at', seconds: file.expiresAfter } }),
      }),
    );
  }

  async *list(configuration: OpenAiConfiguration, { purpose }: { purpose?: string }) {
    const client = () => openAiClient(this.options, configuration);
    const query = { purpose, limit: PAGE, order: 'desc' as const };
    for await (const file of sdkItems(client, ({ files }) => files.list(query))) yield described(file);
  }

  async delete(configuration: OpenAiConfiguration, id: string): Promise<void> {
    await sdkAnswer(openAiClient(this.options, configuration), ({ files }) => files.delete(id));
  }

  get(configuration: OpenAiConfiguration, { id, withContent }: { id: string; withContent: boolean }) {
    return this.file(configuration, async ({ files }) => ({
      ...(await files.retrieve(id)),
      ...(withContent && (await encoded(files.content(id)))),
    }));
  }

  output(
    configuration: OpenAiConfiguration,
    { containerId, fileId, withContent }: { containerId: string; fileId: string; withContent: boolean },
  ) {
    const container = { container_id: containerId };
    return this.file(configuration, async ({ containers: { files } }) => ({
      ...(await files.retrieve(fileId, container)),
      ...(withContent && (await encoded(files.content.retrieve(fileId, container)))),
    }));
  }

  private async file(
    configuration: OpenAiConfiguration,
    request: (client: OpenAI) => Promise<object>,
  ): Promise<ProviderFile> {
    return described(await sdkAnswer(openAiClient(this.options, configuration), request));
  }
}
