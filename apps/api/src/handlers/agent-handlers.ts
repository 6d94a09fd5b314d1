import type { EgressGuard, HandlerId, HandlerRegistry } from '@agent-engine/agent-handlers';
import type { ApiConfig } from '@agent-engine/config';
import { Models, ProviderClaims } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { API_CONFIG } from '../core/core.tokens.ts';

interface Connected {
  egress: EgressGuard;
  handlers: HandlerRegistry;
}

/** Handlers as far as the API needs them: for files at providers, and for what agents may be configured with. */
@Injectable()
export class AgentHandlers implements OnModuleInit {
  @Inject(API_CONFIG) private readonly config!: ApiConfig;
  @Inject(Models) private readonly models!: Models;
  private connected: Promise<Connected> | undefined;
  private readonly schemas = new Map<string, Promise<Record<string, unknown>>>();

  /** An operator's handler that cannot be loaded is told at boot. */
  async onModuleInit(): Promise<void> {
    if (this.config.agentHandlers.length > 0) await this.connect();
  }

  /** The first who asks brings them into memory: many APIs are never asked. */
  connect(): Promise<Connected> {
    return (this.connected ??= (async () => {
      const { createEgressGuard, createHandlerRegistry, loadCustomHandlers } =
        await import('@agent-engine/agent-handlers');
      const egress = createEgressGuard(this.config.egressAllow);
      const options = { ...this.config.providers, egress };
      const custom = await loadCustomHandlers(this.config.agentHandlers, options);
      return { egress, handlers: createHandlerRegistry(options, custom) };
    })());
  }

  /**
   * Checks what an agent is configured with against its handler and the loop, the models it falls back on included.
   * @param llmOf finds the llm of a fallback
   * @throws AppError `argument.invalid` naming the setting; nothing for a handler nobody knows (yet)
   */
  async check(
    partition: Partition,
    llm: HandlerId,
    configuration: unknown,
    llmOf: (key: { llmProvider: string; llmName: string }) => Promise<HandlerId | undefined>,
  ): Promise<void> {
    const { handlers } = await this.connect();
    if (!handlers.has(llm)) return;
    await this.checkOne(partition, llm, configuration);
    const { parseConfiguration, runSettings } = await import('@agent-engine/agent-handlers');
    const { fallbacks } = parseConfiguration(runSettings, configuration);
    for (const [index, fallback] of (fallbacks ?? []).entries()) {
      const other = await llmOf({ llmProvider: fallback.llm_provider, llmName: fallback.llm_name });
      const place = `configuration.fallbacks.${index}.configuration`;
      if (other) await this.checkOne(partition, other, fallback.configuration ?? {}, place);
    }
  }

  /** The form of a handler's configuration; undefined for a handler nobody knows. */
  async configurationSchema(id: HandlerId): Promise<Record<string, unknown> | undefined> {
    const { handlers } = await this.connect();
    if (!handlers.has(id)) return undefined;
    const key = `${id.moduleName}/${id.className}`;
    const schema = this.schemas.get(key) ?? this.schemaOf(handlers, id);
    this.schemas.set(key, schema);
    return schema;
  }

  private async checkOne(partition: Partition, id: HandlerId, configuration: unknown, place?: string) {
    const { handlers } = await this.connect();
    if (!handlers.has(id)) return;
    const { assertOwnObjects, parseConfiguration } = await import('@agent-engine/agent-handlers');
    const parsed = parseConfiguration(await handlers.configuration(id), configuration, place);
    const claims = new ProviderClaims(this.models);
    const ownership = {
      shared: this.config.sharedProviderObjects,
      isOwn: claims.isOwn.bind(claims, partition),
    };
    await assertOwnObjects(await handlers.namedObjects(id, parsed), ownership, place);
  }

  private async schemaOf(handlers: HandlerRegistry, id: HandlerId): Promise<Record<string, unknown>> {
    const { configurationSchema } = await import('@agent-engine/agent-handlers');
    return configurationSchema(await handlers.configuration(id));
  }
}
