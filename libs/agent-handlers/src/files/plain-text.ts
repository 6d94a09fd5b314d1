import type { ConversationMessage, MessageFile } from '../conversation.ts';

const TEXT = /^text\/|^application\/(json|xml|yaml|x-yaml|javascript|sql|toml|x-ndjson)$|\+(json|xml)$/;

/** For models that read text, whatever it is called, as `text/plain` only. */
export const withPlainText = (messages: readonly ConversationMessage[]): ConversationMessage[] =>
  messages.map((message) =>
    message.role === 'user' && message.files
      ? {
          ...message,
          files: message.files.map((file) => (isText(file) ? { ...file, mediaType: 'text/plain' } : file)),
        }
      : message,
  );

const isText = ({ mediaType, fileId }: MessageFile): boolean =>
  fileId === undefined && TEXT.test(mediaType.split(';')[0] ?? '');
