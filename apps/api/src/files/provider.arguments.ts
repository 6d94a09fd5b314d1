import { AppError } from '@agent-engine/errors';
import { fileBytes, MAX_FILE_BYTES, plainFilename } from '@agent-engine/files';
import { snakeKeys } from '@agent-engine/graphql';
import { z } from 'zod';

/** A name in a path of the provider, maybe with its collection (`files/…`), never a way to another one. */
const id = z
  .string()
  .max(256)
  .regex(/^[\w-]+(\/[\w-]+)?$/, 'must be an id as the provider gave it');

const base64 = z.string().transform((text, context): Buffer<ArrayBuffer> => {
  const bytes = fileBytes(text);
  if (bytes && bytes.length > 0 && bytes.length <= MAX_FILE_BYTES) return bytes;
  context.addIssue(`must be base64 of 1 to ${MAX_FILE_BYTES} bytes`);
  return z.NEVER;
});

const upload = z
  .object({
    filename: plainFilename,
    purpose: z.string().max(64).nullish(),
    encoded_content: base64.nullish(),
    file_uri: z.string().max(2048).nullish(),
  })
  .refine((given) => (given.encoded_content == null) !== (given.file_uri == null), {
    message: 'needs either encoded_content or file_uri',
  });

const get = z
  .object({ file_id: id.nullish(), id: id.nullish(), encoded_content: z.boolean().nullish() })
  .transform(({ file_id, id: other, encoded_content }, context) => {
    const given = file_id ?? other;
    if (given != null) return { id: given, withContent: encoded_content ?? false };
    context.addIssue({ code: 'custom', path: ['file_id'], message: 'is required' });
    return z.NEVER;
  });

const output = z
  .object({ container_id: id, file_id: id, encoded_content: z.boolean().nullish() })
  // A file of a container is asked for to be had: containers live for minutes.
  .transform((given) => ({
    containerId: given.container_id,
    fileId: given.file_id,
    withContent: given.encoded_content ?? true,
  }));

const list = z.object({ purpose: z.string().max(64).nullish() });

const MAX_SKILL_FILES = 100;

/** `<name of the skill>/<path>` */
const skillPath = z
  .string()
  .max(256)
  .regex(/^[^\\/]+(\/[^\\/]+)+$/, 'must be a path that begins with the folder of the skill')
  .refine((path) => !/(^|\/)\.{1,2}(\/|$)/.test(path), 'must not contain . or ..');

/** What they have together is bounded as the request is. */
const skillFiles = z
  .array(
    z
      .object({ path: skillPath, encoded_content: base64 })
      .transform(({ path, encoded_content }) => ({ path, content: encoded_content })),
  )
  .min(1)
  .max(MAX_SKILL_FILES);

const newSkill = z.object({ title: z.string().max(256).nullish(), files: skillFiles });
const newVersion = z.object({ skill_id: id, files: skillFiles });
const skill = z.object({ skill_id: id });
const skillOrVersion = z.object({ skill_id: id, version: id.nullish() });

export type UploadArguments = z.output<typeof upload>;

/** What the file operations take as `arguments`, in either key case. @throws AppError `argument.invalid` */
export const fileArguments = {
  upload: (value: unknown) => read(upload, value),
  get: (value: unknown) => read(get, value),
  list: (value: unknown) => read(list, value ?? {}),
  output: (value: unknown) => read(output, value),
};

/** What the skill operations take. @throws AppError `argument.invalid` */
export const skillArguments = {
  create: (value: unknown) => read(newSkill, value),
  get: (value: unknown) => read(skill, value),
  createVersion: (value: unknown) => read(newVersion, value),
  delete: (value: unknown) => read(skillOrVersion, value),
};

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(snakeKeys(value));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${['arguments', ...path].join('.')}: ${message}`,
  );
  throw new AppError('argument.invalid', `${problems.join('; ')}.`, { details: { argument: 'arguments' } });
}
