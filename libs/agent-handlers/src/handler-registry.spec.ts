import { createHandlerRegistry } from './create-registry.ts';
import { createEgressGuard } from './egress/guarded-fetch.ts';

describe('HandlerRegistry', () => {
  const registry = createHandlerRegistry({ egress: createEgressGuard([]) });

  it('resolves the names stored in llm rows, once', async () => {
    const id = { moduleName: 'openai_agent_handler', className: 'OpenAIEventHandler' };
    const handler = await registry.resolve(id);
    expect(handler.id).toEqual(id);
    expect(await registry.resolve(id)).toBe(handler);
  });

  it.each([
    ['node:child_process', 'spawn'],
    ['openai_agent_handler', '__proto__'],
    ['openai_agent_handler/OpenAIEventHandler', ''],
    ['', ''],
  ])('knows nothing else: %s/%s', async (moduleName, className) => {
    await expect(registry.resolve({ moduleName, className })).rejects.toMatchObject({
      code: 'handler.unknown',
    });
  });
});
