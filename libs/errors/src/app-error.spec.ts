import { AppError } from './app-error.ts';

describe('AppError', () => {
  it('knows its HTTP status and family', () => {
    const error = new AppError('provider.rateLimited', 'Slow down.');
    expect(error.status).toBe(503);
    expect(AppError.is(error, 'provider.')).toBe(true);
    expect(AppError.is(error, 'provider.refused')).toBe(false);
    expect(AppError.is(new Error('x'), 'provider.')).toBe(false);
  });

  it('says which refusals are for the moment only', () => {
    expect(new AppError('migration.fenced', 'Wait.').isRetryable).toBe(true);
    expect(new AppError('storage.unavailable', 'Who knows what was written.').isRetryable).toBe(false);
  });

  it('keeps the text of foreign errors from callers and the error itself for the log', () => {
    const foreign = new Error('ECONNREFUSED 10.0.0.7');
    const error = AppError.from(foreign);
    expect(error).toMatchObject({ code: 'internal.unexpected', cause: foreign });
    expect(error.message).not.toContain('10.0.0.7');
  });
});
