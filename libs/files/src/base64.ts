/** Bytes of base64 text; line breaks, as MIME encoders write them, are left out. Undefined when it is not base64. */
export function fileBytes(encoded: string): Buffer<ArrayBuffer> | undefined {
  const text = encoded.replace(/\s+/g, '');
  const bytes = Buffer.from(text, 'base64');
  // Node skips what it does not understand; then the way back leads elsewhere.
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Upper bound of the bytes behind base64 text, without decoding it. */
export const encodedSize = (encoded: string): number => Math.ceil((encoded.length * 3) / 4);
