import {
  type AgentHandler,
  type AssistantPart,
  type ConversationMessage,
  createEgressGuard,
  createHandlerRegistry,
  type CustomHandlers,
  type HandlerId,
  type HandlerOptions,
  type StepEvent,
  type StepRequest,
} from '@agent-engine/agent-handlers';
import type { ProviderRequest } from '../provider/dialect.ts';
import type { Script, ScriptedStep } from '../provider/script.ts';

/** A provider's end of the wire, whatever its format. */
export interface ProviderEnd {
  endpoint: string;
  requests: ProviderRequest<unknown>[];
  stop(): Promise<void>;
}

export interface HandlerSetup<Server extends ProviderEnd = ProviderEnd> {
  id: HandlerId;
  start(script: Script<ProviderRequest<unknown>>): Promise<Server>;
  /** The operator's account at the started server. Absent: agents have to bring their own. */
  account?(endpoint: string): Omit<HandlerOptions, 'egress'>;
  /** What every agent has to be configured with to ask the started server. */
  configuration?(endpoint: string): object;
  /** Handlers that are not the engine's own. */
  custom?: CustomHandlers;
  defaultModel?: string;
}

type Asked = Partial<Omit<StepRequest, 'configuration'>>;

export const question = { role: 'user', text: 'Where is it?' } as const;
export const look = { name: 'look', inputSchema: { type: 'object' as const } };

/** A handler and the server it asks, for one script after the other. */
export class HandlerUnderTest<Server extends ProviderEnd = ProviderEnd> {
  readonly server: Server;
  readonly handler: AgentHandler;
  private readonly setup: HandlerSetup<Server>;
  private script: Script<ProviderRequest<unknown>> = [];
  /** Requests that belong to earlier scripts. */
  private before = 0;

  private constructor(setup: HandlerSetup<Server>, server: Server, handler: AgentHandler) {
    this.setup = setup;
    this.server = server;
    this.handler = handler;
  }

  static async start<Server extends ProviderEnd>(
    setup: HandlerSetup<Server>,
  ): Promise<HandlerUnderTest<Server>> {
    const running: { test?: HandlerUnderTest<Server> } = {};
    const server = await setup.start((request, index) => running.test!.stepFor(request, index));
    const handler = await handlerOf(setup, setup.account?.(server.endpoint));
    return (running.test = new HandlerUnderTest(setup, server, handler));
  }

  /** The same handler on another account of the operator's. */
  with(account: Omit<HandlerOptions, 'egress'>): Promise<AgentHandler> {
    return handlerOf(this.setup, account);
  }

  /** An agent's configuration as the handler reads it. */
  configured(given: object = {}, by = this.handler): unknown {
    return by.configuration.parse({ ...this.base, ...given });
  }

  /** The settings that the configuration is refused for. */
  refused(given: object): string[] {
    const { error } = this.handler.configuration.safeParse({ ...this.base, ...given });
    return (error?.issues ?? []).map(({ path }) => path.join('.'));
  }

  /** What every agent is configured with. */
  get base(): Record<string, unknown> {
    return { ...this.setup.configuration?.(this.server.endpoint) };
  }

  play(script: Script<ProviderRequest<unknown>>): void {
    this.script = script;
    this.before = this.server.requests.length;
  }

  /** What the script now played has been asked. */
  get requests(): Server['requests'] {
    return this.server.requests.slice(this.before);
  }

  /** The first of them. */
  get asked(): Server['requests'][number] {
    return this.server.requests[this.before]!;
  }

  step(given: object = {}, request: Asked = {}, by = this.handler): AsyncIterable<StepEvent> {
    return by.step({
      defaultModel: this.setup.defaultModel ?? 'model-1',
      messages: [question],
      tools: [],
      signal: AbortSignal.timeout(60_000),
      ...request,
      configuration: Object.freeze(this.configured(given, by)),
    });
  }

  /** Plays the script and asks once. */
  async ask(
    script: Script<ProviderRequest<unknown>>,
    ...asked: Parameters<HandlerUnderTest['step']>
  ): Promise<StepEvent[]> {
    this.play(script);
    const events: StepEvent[] = [];
    for await (const event of this.step(...asked)) events.push(event);
    return events;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private stepFor(request: ProviderRequest<unknown>, index: number): ScriptedStep | Promise<ScriptedStep> {
    if (typeof this.script === 'function') return this.script(request, index - this.before);
    return this.script[index - this.before] ?? { httpError: { status: 400, message: 'asked too often' } };
  }
}

function handlerOf(
  { id, custom }: Pick<HandlerSetup, 'id' | 'custom'>,
  account?: Omit<HandlerOptions, 'egress'>,
): Promise<AgentHandler> {
  const options = { ...account, egress: createEgressGuard(['127.0.0.1']) };
  return createHandlerRegistry(options, custom?.(options)).resolve(id);
}

/** Any number of words in a request, wherever they are in it. */
export const said = ({ body }: ProviderRequest<unknown>): string => JSON.stringify(body);

export const textOf = (events: readonly StepEvent[], type: 'text-delta' | 'reasoning-delta' = 'text-delta') =>
  events.map((event) => (event.type === type ? event.text : '')).join('');

/** How a step ended, and what the model said, as a journal keeps it. */
export function turnOf(events: readonly StepEvent[]) {
  const last = events.at(-1);
  if (last?.type !== 'finish') throw new Error('no finish');
  return { ...last, parts: JSON.parse(JSON.stringify(last.parts)) as AssistantPart[] };
}

/** The conversation after a turn: every second result is a failure. */
export const withResults = (parts: readonly AssistantPart[]): ConversationMessage[] => [
  question,
  { role: 'assistant', parts },
  {
    role: 'tool',
    results: parts
      .filter((part) => part.type === 'tool-call')
      .map(({ call }, index) => ({ call, text: `result ${index}`, failed: index % 2 === 1 })),
  },
];
