import { createHash } from 'node:crypto';

/** What only this server can have signed, so that a client that changes or loses a thought is found out. */
export const signatureOf = (thinking: string): string =>
  createHash('sha256').update(`thought: ${thinking}`).digest('base64');

const SEALED = 'sealed:';
export const sealed = (thought: string): string => SEALED + Buffer.from(thought).toString('base64');
export const isSealed = (data: string): boolean => data.startsWith(SEALED);
