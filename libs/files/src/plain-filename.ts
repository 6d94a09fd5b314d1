import { z } from 'zod';

const MAX_NAME_BYTES = 255;

/** A name as users give it to a file: any script, but no directories and nothing invisible. */
export const plainFilename = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= MAX_NAME_BYTES, `must have at most ${MAX_NAME_BYTES} bytes`)
  .refine(
    (name) => name.isWellFormed() && !/[\p{Cc}\u2028\u2029/\\]/u.test(name) && !/^\.{1,2}$/.test(name),
    'must be a plain name, without directories or control characters',
  );
