import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { HandlerOptions } from './handler-options.ts';
import type { HandlerSource } from './handler-registry.ts';

/** What a package with handlers exports by default. */
export type CustomHandlers = (options: HandlerOptions) => readonly HandlerSource[];

const isFunction = z.custom<(...args: never) => unknown>((value) => typeof value === 'function');
const source = z.object({
  moduleName: z.string().min(1),
  className: z.string().min(1),
  load: isFunction,
  loadConfiguration: isFunction.optional(),
  loadNamedObjects: isFunction.optional(),
});

/**
 * The handlers of packages that the operator's configuration names, imported now. Nothing a tenant has written comes
 * anywhere near this.
 * @param packages names, or paths that begin with `.` or `/`
 * @throws Error naming the package, when it cannot be imported or exports something else
 */
export async function loadCustomHandlers(
  packages: readonly string[],
  options: HandlerOptions,
): Promise<HandlerSource[]> {
  const loaded = await Promise.all(packages.map((name) => handlersOf(name, options)));
  return loaded.flat();
}

async function handlersOf(name: string, options: HandlerOptions): Promise<readonly HandlerSource[]> {
  const place = /^[./]/.test(name) ? pathToFileURL(resolve(name)).href : name;
  try {
    const exported = (await import(place)) as { default?: unknown };
    const handlers: unknown = (exported.default as CustomHandlers)(options);
    return z.array(source).parse(handlers) as HandlerSource[];
  } catch (error) {
    throw new Error(
      `AGENT_HANDLERS: ${name} does not export handlers by default: a function of the options that returns ` +
        'a list of { moduleName, className, load }.',
      { cause: error },
    );
  }
}
