const SIGNED = 'signed by the stand-in: ';

export const signatureOf = (what: string): string => Buffer.from(SIGNED + what).toString('base64');

/** The provider's own word for a call that comes from elsewhere is a signature too. */
export const isSignature = (given: string): boolean =>
  given === 'skip_thought_signature_validator' || Buffer.from(given, 'base64').toString().startsWith(SIGNED);
