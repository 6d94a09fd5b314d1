/** Text that fits, its end marked where it was longer. */
export function cut(text: string, maxBytes: number, mark = ' […]'): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const room = Math.max(0, maxBytes - Buffer.byteLength(mark));
  // A character cut in two is dropped by the decoder's streaming mode.
  return new TextDecoder().decode(bytes.subarray(0, room), { stream: true }) + mark;
}
