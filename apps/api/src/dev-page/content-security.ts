import type { RequestHandler } from 'express';

/** What both documents share: everything from this server, nothing from anywhere else. */
const SAME_ORIGIN = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'object-src': "'none'",
};

const policy = (directives: Record<string, string>): string =>
  Object.entries({ ...SAME_ORIGIN, ...directives })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** The chat page; it frames the IDE. */
export const PAGE_POLICY = policy({ 'frame-src': "'self'", 'frame-ancestors': "'none'" });

/**
 * The IDE. It sets a base URL, inlines its init script (nonce), runs its language services in workers, and its
 * editor and components add style elements and attributes of their own, some without a nonce.
 */
export const idePolicy = (nonce: string): string =>
  policy({
    'script-src': `'self' 'nonce-${nonce}'`,
    'style-src': "'self' 'unsafe-inline'",
    'worker-src': "'self'",
    'base-uri': "'self'",
    'frame-ancestors': "'self'",
  });

/** Headers every answer of the development page carries. */
export const commonHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none'",
  });
  next();
};
