import { AppError } from '@agent-engine/errors';
import { errorFacts } from './error-facts.ts';

describe('errorFacts', () => {
  it('tells what failed down to its cause, but never what a provider or a tool said', () => {
    class APICallError extends Error {
      override name = 'AI_APICallError';
      statusCode = 401;
      requestBodyValues = { input: 'the question' };
      responseBody = 'Incorrect key sk-secret';
    }
    const cause = new APICallError('Incorrect key sk-secret', {
      cause: new SyntaxError('Unexpected "sk-secret"'),
    });
    const facts = errorFacts(new AppError('provider.authentication', 'Not accepted.', { cause }));
    expect(facts).toMatchObject({
      name: 'AppError',
      code: 'provider.authentication',
      message: 'Not accepted.',
      cause: { name: 'AI_APICallError', status: 401, cause: { name: 'SyntaxError' } },
    });
    expect(JSON.stringify(facts)).not.toMatch(/sk-secret|the question/);
    expect(facts.stack?.[0]).toMatch(/^at /);
  });

  it('keeps what the operating system and AWS say', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    expect(errorFacts(refused)).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:9',
    });
    const denied = Object.assign(new Error('denied'), { $metadata: { httpStatusCode: 400 } });
    expect(errorFacts(denied)).toMatchObject({ status: 400, message: 'denied' });
  });

  it.each(['text', undefined, null, 7])('survives %p being thrown', (thrown) => {
    expect(errorFacts(thrown)).toEqual({ name: typeof thrown });
  });
});
