import {
  type AgentHandler,
  createEgressGuard,
  createHandlerRegistry,
  type CustomHandlers,
  type HandlerId,
  type HandlerOptions,
} from '@agent-engine/agent-handlers';
import type { ProviderRequest } from '../provider/dialect.ts';
import type { Script, ScriptedStep } from '../provider/script.ts';

/** A provider's end of the wire, whatever its format. */
export interface ProviderEnd {
  endpoint: string;
  requests: ProviderRequest<unknown>[];
  stop(): Promise<void>;
}

/** One handler with all the suite has to know about it: a new handler is a new row. */
export interface HandlerCase {
  name: string;
  id: HandlerId;
  start(script: Script<ProviderRequest<unknown>>): Promise<ProviderEnd>;
  /** The operator's account at the started server. Absent: agents have to bring their own. */
  account?(endpoint: string): Omit<HandlerOptions, 'egress'>;
  /** What every agent has to be configured with to ask the started server. */
  configuration?(endpoint: string): object;
  /** Handlers that are not the engine's own. */
  custom?: CustomHandlers;
  /** What makes an agent ask with a key of its own, and how the server sees it. */
  key: { setting: string; of(request: ProviderRequest<unknown>): string | undefined };
  isStreamed(request: ProviderRequest<unknown>): boolean;
  /** Whether the request lets the model call tools. */
  offersTools(request: ProviderRequest<unknown>): boolean;
  /** The setting under which an answer has to be JSON of this schema; undefined: the handler has none. */
  structured?(schema: object): object;
  /** What the wire format can say. */
  can: {
    /** Filters and refusals of the model. */
    refuse: boolean;
    /** Arguments that are no JSON. */
    brokenArguments: boolean;
    reasoning: boolean;
    cachedTokens: boolean;
    reasoningTokens: boolean;
  };
}

/** Any number of words in a request, wherever they are in it. */
export const said = ({ body }: ProviderRequest<unknown>): string => JSON.stringify(body);

export class HandlerUnderTest {
  readonly handler: AgentHandler;
  private readonly provider: ProviderEnd;
  private readonly base: object;
  private script: Script<ProviderRequest<unknown>> = [];
  /** Requests that belong to earlier scripts. */
  private before = 0;

  private constructor(handler: AgentHandler, provider: ProviderEnd, configuration: object) {
    this.handler = handler;
    this.provider = provider;
    this.base = configuration;
  }

  /** An agent's configuration as the handler reads it. */
  configured(configuration: object): unknown {
    return this.handler.configuration.parse({ ...this.base, ...configuration });
  }

  static async start(handlerCase: HandlerCase): Promise<HandlerUnderTest> {
    const running: { test?: HandlerUnderTest } = {};
    const provider = await handlerCase.start((request, index) => running.test!.stepFor(request, index));
    const options = {
      ...handlerCase.account?.(provider.endpoint),
      egress: createEgressGuard(['127.0.0.1']),
    };
    const registry = createHandlerRegistry(options, handlerCase.custom?.(options));
    const configuration = handlerCase.configuration?.(provider.endpoint) ?? {};
    running.test = new HandlerUnderTest(await registry.resolve(handlerCase.id), provider, configuration);
    return running.test;
  }

  private stepFor(request: ProviderRequest<unknown>, index: number): ScriptedStep | Promise<ScriptedStep> {
    if (typeof this.script === 'function') return this.script(request, index - this.before);
    return this.script[index - this.before] ?? { httpError: { status: 400, message: 'asked too often' } };
  }

  play(script: Script<ProviderRequest<unknown>>): void {
    this.script = script;
    this.before = this.provider.requests.length;
  }

  get endpoint(): string {
    return this.provider.endpoint;
  }

  get requests(): ProviderRequest<unknown>[] {
    return this.provider.requests.slice(this.before);
  }

  stop(): Promise<void> {
    return this.provider.stop();
  }
}
