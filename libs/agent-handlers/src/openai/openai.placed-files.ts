import type { ConversationMessage, MessageFile } from '../conversation.ts';
import type { OpenAiConfiguration } from './openai.configuration.ts';

/** Code runs in a container, which sees uploaded files only. */
export const runsCode = ({ tools = [], skills = [] }: OpenAiConfiguration): boolean =>
  skills.length > 0 || tools.some(({ type }) => type === 'code_interpreter');

export const placedFileIds = (messages: readonly ConversationMessage[]): string[] =>
  messages.flatMap((message) =>
    message.role === 'user' ? (message.files ?? []).flatMap(({ fileId }) => fileId ?? []) : [],
  );

/** The model reads images and PDFs itself; of others in the container it has to be told. */
export const withPlacedFiles = (messages: readonly ConversationMessage[]): ConversationMessage[] =>
  messages.map((message) => {
    if (message.role !== 'user' || !message.files) return message;
    const isRead = ({ mediaType, fileId }: MessageFile) =>
      fileId === undefined || mediaType.startsWith('image/') || mediaType === 'application/pdf';
    const others = message.files.filter((file) => !isRead(file)).map(({ filename }) => filename);
    const note = others.length > 0 ? `\n\n[Files for your code: ${others.join(', ')}]` : '';
    return { ...message, text: message.text + note, files: message.files.filter(isRead) };
  });
