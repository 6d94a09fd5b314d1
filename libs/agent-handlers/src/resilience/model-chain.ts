import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@agent-engine/errors';
import { z } from 'zod';
import type { AgentHandler, NativeMcpServer, OutputFile, StepEvent, StepRequest } from '../agent-handler.ts';
import { addUsage, type TokenUsage } from '../conversation.ts';
import { isJsonObject } from '../json.ts';
import { ProviderError, type ProviderErrorCode } from '../provider-error.ts';
import { orAborted } from '../or-aborted.ts';
import { DEFAULT_RETRY, type RetryPolicy, waitBeforeRetry } from './backoff.ts';
import type { CircuitBreakers } from './circuit-breakers.ts';
import { Compaction } from './compaction.ts';
import { EmptyAnswer, hasSpoken, saysSomething } from './empty-answer.ts';
import { portableMessages } from './portable-messages.ts';
import { type StepTimeouts, TimedStream } from './timed-stream.ts';

/** One of the models an agent may be answered by. */
export interface ModelChoice {
  readonly handler: AgentHandler;
  /** Parsed by the handler's schema. */
  readonly configuration: unknown;
  readonly defaultModel: string;
  /** Provider and key, as `accountKey` names them. */
  readonly account: string;
}

/** What came of an attempt that failed, for logs and metrics. */
export interface FailedAttempt {
  /** Place in the chain, from 0. */
  model: number;
  error: unknown;
  next: 'retry' | 'shorter' | 'fallback' | 'none';
  waitMs?: number;
}

export interface ModelChainOptions {
  breakers: CircuitBreakers;
  /** For the provider to speak to itself; only where all models have `nativeMcp`. */
  mcpServers?: readonly NativeMcpServer[];
  retry?: RetryPolicy;
  timeouts?: StepTimeouts;
  /** When the run has to be over, in milliseconds since 1970. */
  deadlineAt?: number;
  onFailedAttempt?: (attempt: FailedAttempt) => void;
}

/** Failures that say something about this provider, account or model and nothing about the question. */
const ANOTHER_MAY_DO = new Set<string>([
  'provider.authentication',
  'provider.rateLimited',
  'provider.unavailable',
  'provider.timedOut',
  'provider.malformed',
  'provider.contextLength',
] satisfies ProviderErrorCode[]);

/** With another model at hand nobody waits longer than this for one that is busy. */
const PATIENCE_MS = 2_000;

/**
 * The models of one agent as one handler, for one run: a step is tried again, shortened, and passed on to the next model,
 * as long as nothing of its answer is known. A model that had to be passed over is not asked again in this run, nor by
 * those who go on with it. What all attempts at a step have used is told once, at its end.
 */
export class ModelChain implements AgentHandler {
  readonly id;
  readonly configuration = z.unknown();
  readonly nativeMcp;
  private readonly models: readonly ModelChoice[];
  private readonly options: ModelChainOptions;
  private readonly compaction = new Compaction();
  private current: ModelChoice;
  /** Messages before this one come from a model that is no longer asked. */
  private foreign = 0;

  /** @param models the preferred one first */
  constructor(models: readonly [ModelChoice, ...ModelChoice[]], options: ModelChainOptions) {
    const [first] = models;
    this.models = models;
    this.current = first;
    this.options = options;
    this.id = first.handler.id;
    this.nativeMcp = models.every(({ handler }) => handler.nativeMcp);
  }

  async *step(request: StepRequest): AsyncGenerator<StepEvent> {
    const used: TokenUsage[] = [];
    for (let failures = 1; ; failures++) {
      const asked = this.current;
      let begun = false;
      try {
        for await (const event of this.attempt(asked, request, used)) {
          begun = true;
          yield event;
        }
        return;
      } catch (error) {
        const isLost = request.signal.aborted || (begun && !(error instanceof EmptyAnswer));
        if (isLost || !(await this.recover(error, failures, request))) {
          yield* usageOf(used);
          request.signal.throwIfAborted();
          throw error;
        }
      }
      if (this.current !== asked) failures = 0;
    }
  }

  /** The run goes on with the model it was on. */
  restore({ messages }: StepRequest, choice: number): void {
    const model = this.models[choice];
    if (model) this.passOnTo(model, messages);
  }

  /** @param used what attempts at this step have used, this one included when it says so */
  private async *attempt(
    asked: ModelChoice,
    request: StepRequest,
    used: TokenUsage[],
  ): AsyncGenerator<StepEvent> {
    const stream = this.open(asked, request);
    let answered = hasSpoken(request.messages);
    try {
      let next = await this.firstOf(asked, stream, request.signal);
      for (; !next.done; next = await stream.next()) {
        const event = next.value;
        answered ||= saysSomething(event);
        if (event.type === 'finish' && !answered) throw new EmptyAnswer();
        if (event.type === 'finish') yield* usageOf(used);
        if (event.type === 'usage') used.push(event.usage);
        else if (event.type === 'finish') yield { ...event, choice: this.models.indexOf(asked) };
        else if (event.type === 'output-file') yield { ...event, file: ownedBy(asked, event.file) };
        else yield event;
      }
    } finally {
      stream.close();
    }
  }

  private open({ handler, configuration, defaultModel }: ModelChoice, request: StepRequest) {
    const before = portableMessages(request.messages.slice(0, this.foreign));
    const messages = this.compaction.apply([...before, ...request.messages.slice(this.foreign)]);
    const mcpServers = request.mcpServers ?? this.options.mcpServers;
    return new TimedStream(
      (signal) => handler.step({ ...request, configuration, defaultModel, messages, mcpServers, signal }),
      request.signal,
      this.options.timeouts ?? {},
    );
  }

  private firstOf({ account }: ModelChoice, stream: TimedStream<StepEvent>, signal: AbortSignal) {
    // Behind another run's trial of a failing account one waits no longer than one's own run lasts.
    return orAborted(
      this.options.breakers.run(account, () => stream.next()),
      signal,
    );
  }

  /** Makes the next attempt possible, if there is to be one. */
  private async recover(
    error: unknown,
    failures: number,
    { messages, signal }: StepRequest,
  ): Promise<boolean> {
    const { retry = DEFAULT_RETRY, deadlineAt = Infinity, onFailedAttempt } = this.options;
    const index = this.models.indexOf(this.current);
    const report = (next: FailedAttempt['next'], waitMs?: number) =>
      onFailedAttempt?.({ model: index, error, next, waitMs });
    if (AppError.is(error, 'provider.contextLength') && this.compaction.advance(messages)) {
      report('shorter');
      return true;
    }
    const other =
      error instanceof ProviderError && ANOTHER_MAY_DO.has(error.code) ? this.models[index + 1] : undefined;
    const policy = { ...retry, ...retriesOf(this.current) };
    const wait = waitBeforeRetry(error, failures, policy, deadlineAt - Date.now());
    if (wait !== undefined && (!other || wait <= PATIENCE_MS)) {
      report('retry', wait);
      await delay(wait, undefined, { signal }).catch(() => {});
      return !signal.aborted;
    }
    report(other ? 'fallback' : 'none');
    if (!other) return false;
    this.passOnTo(other, messages);
    return true;
  }

  private passOnTo(other: ModelChoice, messages: StepRequest['messages']): void {
    if (other.handler !== this.current.handler) this.foreign = messages.length;
    this.current = other;
  }
}

/** A file that stays in an account says whether all tenants share that: a server that an agent names would say anything. */
function ownedBy({ handler, configuration }: ModelChoice, file: OutputFile): OutputFile {
  const isShared = file.fileId !== undefined && handler.files?.isShared(configuration);
  return isShared ? { ...file, isShared } : file;
}

function* usageOf(attempts: readonly TokenUsage[]): Generator<StepEvent> {
  if (attempts.length > 0) yield { type: 'usage', usage: attempts.reduce(addUsage) };
}

/** An agent on any handler may say how often a step is tried again. */
function retriesOf({ configuration }: ModelChoice): Partial<RetryPolicy> {
  const retries = isJsonObject(configuration) ? configuration.max_retries : undefined;
  return typeof retries === 'number' ? { retries } : {};
}
