import type { AgentHandler, FinishReason, NativeMcpServer, OutputFile } from '../agent-handler.ts';
import { addUsage, type ConversationMessage, NO_USAGE, type TokenUsage } from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';
import type { Tool } from '../tool.ts';
import { placedCall } from './placed-call.ts';
import type { RunObserver } from './run-event.ts';
import { NO_JOURNAL, type RunJournal, stepName } from './run-journal.ts';
import { takeStep, type Turn, usageOf } from './run-step.ts';
import { runTools } from './run-tools.ts';

/** Everything a run is made of. Nothing in it is shared with another run or changed by this one. */
export interface AgentRun {
  readonly runId: string;
  readonly handler: AgentHandler;
  /** Parsed by the handler's schema. */
  readonly configuration: unknown;
  readonly defaultModel: string;
  readonly instructions?: string;
  /** History, then the question. */
  readonly messages: readonly ConversationMessage[];
  readonly tools: readonly Tool[];
  /** Only for a handler with `nativeMcp`. */
  readonly mcpServers?: readonly NativeMcpServer[];
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
  readonly observe: RunObserver;
  /** Absent: the run ends with its process. */
  readonly journal?: RunJournal;
}

export interface RunLimits {
  /** Steps in which the model may ask for tools; the one after them has to do without. */
  maxToolRounds: number;
  toolConcurrency: number;
  toolTimeoutMs: number;
}

export interface RunAnswer {
  /** All text of all steps, exactly as the text deltas told it. */
  text: string;
  usage: TokenUsage;
  files: readonly OutputFile[];
  /** `length`: the answer is cut off. */
  reason: Extract<FinishReason, 'stop' | 'length'>;
  model?: string;
  responseId?: string;
  messageId?: string;
}

/**
 * Steps the model until it answers without asking for tools. What the journal holds is not asked for again.
 * @throws AppError as the handler does, or the reason of the signal
 */
export async function runAgent(run: AgentRun): Promise<RunAnswer> {
  const { runId, handler, observe, limits, signal, journal = NO_JOURNAL } = run;
  const { configuration, defaultModel, instructions, mcpServers } = run;
  const messages = [...run.messages];
  const turns: Turn[] = [];
  for (let step = 0; ; step++) {
    signal.throwIfAborted();
    const isLast = step >= limits.maxToolRounds;
    const turn = await takeStep({ handler, journal, observe, textBefore: textOf(turns) }, step, {
      ...{ configuration, defaultModel, instructions, mcpServers, signal },
      messages: [...messages],
      tools: isLast ? [] : run.tools,
      toolChoice: isLast ? 'none' : 'auto',
    });
    turns.push(turn);
    const answer = answerOf(turns);
    if (answer) return answer;
    messages.push({ role: 'assistant', parts: turn.parts });
    if (turn.calls.length === 0) continue;
    const calls = turn.calls.map((call, index) => placedCall(runId, step, index, call));
    const { toolConcurrency: concurrency, toolTimeoutMs: timeoutMs } = limits;
    const tools = { tools: run.tools, signal, observe, journal, concurrency, timeoutMs };
    messages.push({ role: 'tool', results: await runTools(calls, tools) });
  }
}

/** The steps an earlier attempt has taken, in order. */
export function takenSteps(journal: RunJournal): Turn[] {
  const turns: Turn[] = [];
  for (;;) {
    const turn = journal.finished(stepName(turns.length)) as Turn | undefined;
    if (!turn) return turns;
    turns.push(turn);
  }
}

/**
 * What the steps of a run amount to; undefined while the model has to go on.
 * @throws ProviderError when it ended without a word
 */
export function answerOf(turns: readonly Turn[]): RunAnswer | undefined {
  const last = turns.at(-1);
  if (!last || (!last.isLast && (last.calls.length > 0 || last.reason === 'pause'))) return undefined;
  const text = textOf(turns);
  const files = turns.flatMap((turn) => turn.files);
  if (text.trim() === '' && files.length === 0) {
    throw new ProviderError('provider.malformed', { message: 'The model ended without an answer.' });
  }
  const usage = turns.map(usageOf).reduce(addUsage, NO_USAGE);
  const { responseId, messageId, model } = last;
  const reason = last.reason === 'length' ? 'length' : 'stop';
  return { text, usage, files, reason, responseId, messageId, model };
}

const textOf = (turns: readonly Turn[]) => turns.map(({ text }) => text).join('');
