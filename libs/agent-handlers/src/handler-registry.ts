import { AppError } from '@agent-engine/errors';
import type { z } from 'zod';
import type { AgentHandler, HandlerId } from './agent-handler.ts';
import type { ProviderObject } from './provider-objects.ts';

/** Brings a handler into memory when the first agent needs it: provider SDKs are large. */
export interface HandlerSource extends HandlerId {
  load(): Promise<AgentHandler>;
  /** The handler's `configuration` without its SDK; absent: taken from the handler. */
  loadConfiguration?(): Promise<z.ZodType>;
  /** The handler's `namedObjects` without its SDK; absent: the handler is loaded. */
  loadNamedObjects?(): Promise<(configuration: never) => readonly ProviderObject[]>;
}

/** Handlers by the names llm rows hold. The names are looked up, never imported: tenants can write them. */
export class HandlerRegistry {
  private readonly sources = new Map<string, HandlerSource>();
  private readonly loaded = new Map<string, Promise<AgentHandler>>();

  /** @throws Error when two have the same names */
  constructor(sources: readonly HandlerSource[]) {
    for (const source of sources) {
      if (this.sources.has(key(source))) throw new Error(`Two handlers are named ${key(source)}.`);
      this.sources.set(key(source), source);
    }
  }

  has(id: HandlerId): boolean {
    return this.sources.has(key(id));
  }

  /** @throws AppError `handler.unknown` */
  async resolve(id: HandlerId): Promise<AgentHandler> {
    const source = this.source(id);
    const loaded = this.loaded.get(key(id)) ?? source.load();
    this.loaded.set(key(id), loaded);
    return loaded;
  }

  /** What the handler takes as an agent's configuration. @throws AppError `handler.unknown` */
  async configuration(id: HandlerId): Promise<z.ZodType> {
    return this.source(id).loadConfiguration?.() ?? (await this.resolve(id)).configuration;
  }

  /**
   * What a configuration names in the operator's account.
   * @param configuration parsed by the handler's schema
   * @throws AppError `handler.unknown`
   */
  async namedObjects(id: HandlerId, configuration: unknown): Promise<readonly ProviderObject[]> {
    const named = await this.source(id).loadNamedObjects?.();
    if (named) return named(configuration as never);
    return (await this.resolve(id)).namedObjects?.(configuration) ?? [];
  }

  private source(id: HandlerId): HandlerSource {
    const source = this.sources.get(key(id));
    if (source) return source;
    throw new AppError('handler.unknown', 'No handler is registered under the names of this llm.');
  }
}

const key = ({ moduleName, className }: HandlerId): string => `${moduleName}/${className}`;
