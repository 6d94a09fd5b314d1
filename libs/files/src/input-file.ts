import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import { encodedSize, fileBytes } from './base64.ts';
import { plainFilename } from './plain-filename.ts';

/** Of one file. A provider's own limit may be lower. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Of all files of one question: a runner holds them in memory. */
export const MAX_QUESTION_FILE_BYTES = 2 * MAX_FILE_BYTES;
const MAX_FILES = 10;
const MAX_URI_LENGTH = 2048;

/** A file that comes with a question: its content, a URL to fetch it from, or its key in the partition's storage. */
export type InputFile = { filename: string } & (
  { encoded_content: string } | { file_uri: string } | { object_key: string }
);

const item = z
  .object({
    filename: plainFilename,
    encoded_content: z.string().nullish(),
    file_uri: z.string().max(MAX_URI_LENGTH).nullish(),
    object_key: z.string().nullish(),
  })
  .transform(({ filename: name, ...sources }, context): InputFile => {
    const given = Object.entries(sources).filter((entry): entry is [string, string] => entry[1] != null);
    const [source] = given;
    if (given.length !== 1 || !source) {
      context.addIssue('needs exactly one of encoded_content, file_uri and object_key');
      return z.NEVER;
    }
    return { filename: name, [source[0]]: source[1] } as InputFile;
  });

const list = z.array(item).max(MAX_FILES);

/**
 * The files of a question as they came, checked. Contents are decoded once to know them for base64, not kept.
 * @param argument what the caller calls the list
 * @throws AppError `argument.invalid`, `argument.tooLarge` naming the file and the rule
 */
export function readInputFiles(value: unknown, argument = 'inputFiles'): InputFile[] {
  const parsed = list.safeParse(value ?? []);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
    throw invalid(argument, `${argument}${path.join('')}: ${issue?.message}.`);
  }
  let total = 0;
  for (const [index, file] of parsed.data.entries()) {
    if (!('encoded_content' in file)) continue;
    total += assertContent(file.encoded_content, `${argument}[${index}].encoded_content`, argument);
  }
  if (total > MAX_QUESTION_FILE_BYTES) throw tooLarge(argument, `${argument}`, MAX_QUESTION_FILE_BYTES);
  return parsed.data;
}

/** @returns the size in bytes */
function assertContent(encoded: string, path: string, argument: string): number {
  if (encodedSize(encoded) > MAX_FILE_BYTES * 1.1) throw tooLarge(argument, path, MAX_FILE_BYTES);
  const bytes = fileBytes(encoded)?.length;
  if (!bytes) throw invalid(argument, `${path} must be base64 and not empty.`);
  if (bytes > MAX_FILE_BYTES) throw tooLarge(argument, path, MAX_FILE_BYTES);
  return bytes;
}

const invalid = (argument: string, message: string) =>
  new AppError('argument.invalid', message, { details: { argument } });

const tooLarge = (argument: string, path: string, limit: number) =>
  new AppError('argument.tooLarge', `${path} has more than ${limit} bytes.`, { details: { argument } });
