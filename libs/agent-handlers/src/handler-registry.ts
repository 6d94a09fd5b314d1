import { AppError } from '@agent-engine/errors';
import type { AgentHandler, HandlerId } from './agent-handler.ts';

/** Brings a handler into memory when the first agent needs it: provider SDKs are large. */
export type HandlerSource = HandlerId & { load: () => Promise<AgentHandler> };

/** Handlers by the names llm rows hold. The names are looked up, never imported: tenants can write them. */
export class HandlerRegistry {
  private readonly sources: ReadonlyMap<string, HandlerSource>;
  private readonly loaded = new Map<string, Promise<AgentHandler>>();

  constructor(sources: readonly HandlerSource[]) {
    this.sources = new Map(sources.map((source) => [key(source), source]));
  }

  /** @throws AppError `handler.unknown` */
  async resolve(id: HandlerId): Promise<AgentHandler> {
    const source = this.sources.get(key(id));
    if (!source)
      throw new AppError('handler.unknown', 'No handler is registered under the names of this llm.');
    const loaded = this.loaded.get(key(id)) ?? source.load();
    this.loaded.set(key(id), loaded);
    return loaded;
  }
}

const key = ({ moduleName, className }: HandlerId): string => `${moduleName}/${className}`;
