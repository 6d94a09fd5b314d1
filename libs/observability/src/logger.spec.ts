import { createLogger } from './logger.ts';
import { releaseBootMemory } from './release-boot-memory.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  let line = '';
  const destination = { write: (text: string) => (line = text) };
  write(
    createLogger({
      name: 'spec',
      level: 'info',
      context: () => ({ requestId: 'r1', partId: 'acme' }),
      destination,
    }),
  );
  return JSON.parse(line) as Record<string, unknown>;
}

describe('logger', () => {
  it('writes where a line comes from into each line', () => {
    expect(logged((logger) => logger.info({ port: 1 }, 'listening'))).toMatchObject({
      name: 'spec',
      requestId: 'r1',
      partId: 'acme',
      port: 1,
      msg: 'listening',
    });
  });

  it.each([
    'authorization',
    'apiKey',
    'api_key',
    'token',
    'secret',
    'password',
    'headers',
    'x-api-key',
    'cookie',
  ])('never writes the value of %s, at the top or one level down', (key) => {
    const line = logged((logger) => logger.info({ [key]: 'planted', request: { [key]: 'planted' } }, 'x'));
    expect(JSON.stringify(line)).not.toContain('planted');
  });

  it('writes errors with their cause', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    expect(JSON.stringify(logged((logger) => logger.error({ err: error }, 'failed')))).toMatch(
      /outer.*inner/s,
    );
  });
});

it('gives memory back without leaving the collector exposed', () => {
  releaseBootMemory();
  expect('gc' in globalThis).toBe(false);
});
