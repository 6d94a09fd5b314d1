import type { MessageFile } from '../conversation.ts';
import type { FilePort } from './file-port.ts';

/** Longer than any run lasts, outages included. They are deleted when it ends; this is for those whose runner died. */
const KEEP_SECONDS = 24 * 3_600;

/** Uploads what a question brings, for the tools that run at the provider: all of it, or nothing stays there. */
export async function placeFiles<Configuration>(
  port: FilePort<Configuration>,
  configuration: Configuration,
  files: readonly MessageFile[],
): Promise<readonly MessageFile[]> {
  const uploads = await Promise.allSettled(
    files.map(async (file): Promise<MessageFile> => {
      if (file.fileId !== undefined) return file;
      const { filename, mediaType } = file;
      const content = new Uint8Array(Buffer.from(file.content, 'base64'));
      const upload = { filename, mediaType, content, expiresAfter: KEEP_SECONDS };
      const { id } = await port.upload(configuration, upload);
      return { filename, mediaType, fileId: id };
    }),
  );
  const placed = uploads.flatMap((upload) => (upload.status === 'fulfilled' ? [upload.value] : []));
  const failed = uploads.find((upload) => upload.status === 'rejected');
  if (!failed) return placed;
  for (const { fileId } of placed)
    if (fileId !== undefined) void port.delete(configuration, fileId).catch(() => {});
  throw failed.reason;
}
