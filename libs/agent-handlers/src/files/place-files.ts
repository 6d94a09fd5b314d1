import type { MessageFile } from '../conversation.ts';
import type { FilePort } from './file-port.ts';

/** Uploads what a question brings, for the tools that run at the provider. */
export function placeFiles<Configuration>(
  port: FilePort<Configuration>,
  configuration: Configuration,
  files: readonly MessageFile[],
): Promise<readonly MessageFile[]> {
  return Promise.all(
    files.map(async (file): Promise<MessageFile> => {
      if (file.fileId !== undefined) return file;
      const { filename, mediaType } = file;
      const content = new Uint8Array(Buffer.from(file.content, 'base64'));
      const { id } = await port.upload(configuration, { filename, mediaType, content });
      return { filename, mediaType, fileId: id };
    }),
  );
}
