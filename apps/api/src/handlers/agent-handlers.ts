import type { EgressGuard, HandlerId, HandlerRegistry } from '@agent-engine/agent-handlers';
import type { ApiConfig } from '@agent-engine/config';
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
   * Checks what an agent is configured with against its handler and the loop.
   * @throws AppError `argument.invalid` naming the setting; nothing for a handler nobody knows (yet)
   */
  async check(id: HandlerId, configuration: unknown): Promise<void> {
    const { handlers } = await this.connect();
    if (!handlers.has(id)) return;
    const { parseConfiguration, runSettings } = await import('@agent-engine/agent-handlers');
    parseConfiguration(await handlers.configuration(id), configuration);
    parseConfiguration(runSettings, configuration);
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

  private async schemaOf(handlers: HandlerRegistry, id: HandlerId): Promise<Record<string, unknown>> {
    const { configurationSchema } = await import('@agent-engine/agent-handlers');
    return configurationSchema(await handlers.configuration(id));
  }
}
