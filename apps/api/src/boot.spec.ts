import { type INestApplicationContext, Module, Scope } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { startApi } from '../spec/api-under-test.ts';

function perRequest(app: INestApplicationContext): string[] {
  return [...app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.providers.values(), ...module.controllers.values(), ...module.injectables.values()]
      .filter((wrapper) => !wrapper.isDependencyTreeStatic())
      // Nest's own way to the current request, which nothing of ours injects.
      .filter(() => module.name !== 'InternalCoreModule')
      .map((wrapper) => `${module.name}/${String(wrapper.name)}`),
  );
}

/** What the lint rule forbids: one provider per request makes all that use it so. */
const { REQUEST: perRequestScope } = Scope;
@Module({
  providers: [
    { provide: 'tenant', scope: perRequestScope, useFactory: () => 'acme' },
    { provide: 'resolver', inject: ['tenant'], useFactory: (tenant: string) => tenant },
  ],
})
class InfectedModule {}

describe('the booted API', () => {
  let api: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it('has no provider that is made per request', () => {
    expect(perRequest(api.app)).toEqual([]);
  });

  it('would notice one', async () => {
    const infected = await NestFactory.createApplicationContext(InfectedModule, { logger: false });
    expect(perRequest(infected)).toEqual(['InfectedModule/tenant', 'InfectedModule/resolver']);
    await infected.close();
  });

  it('is alive without asking anybody', async () => {
    const response = await fetch(`${api.url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'live' }]);
  });
});
