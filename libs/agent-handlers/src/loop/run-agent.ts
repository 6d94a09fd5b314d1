import type { AgentHandler, StepEvent } from '../agent-handler.ts';
import {
  addUsage,
  type ConversationMessage,
  NO_USAGE,
  type TokenUsage,
  type ToolCall,
} from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';
import type { Tool } from '../tool.ts';
import { placedCall } from './placed-call.ts';
import type { RunObserver } from './run-event.ts';
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
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
  readonly observe: RunObserver;
}

export interface RunLimits {
  /** Answers of the model that may ask for tools; the one after them has to do without. */
  maxToolRounds: number;
  toolConcurrency: number;
  toolTimeoutMs: number;
}

export interface RunAnswer {
  /** All text of all steps, exactly as the text deltas told it. */
  text: string;
  usage: TokenUsage;
  responseId?: string;
  messageId?: string;
}

type Finish = Extract<StepEvent, { type: 'finish' }>;
interface Turn {
  text: string;
  usage: TokenUsage;
  calls: ToolCall[];
  finish: Finish;
}

/**
 * Steps the model until it answers without asking for tools.
 * @throws AppError as the handler does, or the reason of the signal
 */
export async function runAgent(run: AgentRun): Promise<RunAnswer> {
  const messages = [...run.messages];
  let text = '';
  let usage = NO_USAGE;
  for (let step = 0; ; step++) {
    run.signal.throwIfAborted();
    const tools = step < run.limits.maxToolRounds ? run.tools : [];
    const turn = await takeStep(run, step, messages, tools, text);
    text += turn.text;
    usage = addUsage(usage, turn.usage);
    if (turn.calls.length === 0 || tools.length === 0) {
      if (text.trim() === '') {
        throw new ProviderError('provider.malformed', { message: 'The model ended without an answer.' });
      }
      return { text, usage, responseId: turn.finish.responseId, messageId: turn.finish.messageId };
    }
    const calls = turn.calls.map((call, index) => placedCall(run.runId, step, index, call));
    const { toolConcurrency: concurrency, toolTimeoutMs: timeoutMs } = run.limits;
    const results = await runTools(calls, { ...run, concurrency, timeoutMs });
    messages.push({ role: 'assistant', parts: turn.finish.parts }, { role: 'tool', results });
  }
}

/** The one place where steps begin and end. */
async function takeStep(
  { handler, observe, ...run }: AgentRun,
  step: number,
  messages: readonly ConversationMessage[],
  tools: readonly Tool[],
  before: string,
): Promise<Turn> {
  await observe({ type: 'step-started', step });
  const turn = { text: '', usage: NO_USAGE, calls: [] as ToolCall[] };
  for await (const event of handler.step({ ...run, messages, tools })) {
    switch (event.type) {
      case 'text-delta': {
        const text = turn.text === '' ? gap(before, event.text) + event.text : event.text;
        turn.text += text;
        await observe({ type: 'text-delta', text });
        break;
      }
      case 'reasoning-delta':
      case 'object':
        await observe(event);
        break;
      case 'usage':
        turn.usage = event.usage;
        await observe(event);
        break;
      case 'tool-call':
        turn.calls.push(event.call);
        break;
      case 'finish':
        await observe({ type: 'step-finished', step, responseId: event.responseId, model: event.model });
        return { ...turn, finish: event };
      default: // of no interest to the loop
    }
  }
  throw new ProviderError('provider.malformed');
}

/** What a model says before and after a tool call would otherwise run together. */
function gap(before: string, next: string): string {
  return before === '' || /\s$/.test(before) || /^\s/.test(next) ? '' : '\n\n';
}
