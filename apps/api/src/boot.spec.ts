import { ModulesContainer } from '@nestjs/core';
import { startApi } from '../spec/api-under-test.ts';

describe('the booted API', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it('has no provider that is made per request', () => {
    const perRequest = [...api.app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.providers.values(), ...module.controllers.values(), ...module.injectables.values()]
        .filter((wrapper) => !wrapper.isDependencyTreeStatic())
        // Nest's own way to the current request, which nothing of ours injects.
        .filter(() => module.name !== 'InternalCoreModule')
        .map((wrapper) => `${module.name}/${wrapper.name}`),
    );
    expect(perRequest).toEqual([]);
  });

  it('is alive without asking anybody', async () => {
    const response = await fetch(`${api.url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'live' }]);
  });
});
