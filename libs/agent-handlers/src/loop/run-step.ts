import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AgentHandler, FinishReason, OutputFile, StepEvent, StepRequest } from '../agent-handler.ts';
import { type AssistantPart, NO_USAGE, type TokenUsage, type ToolCall } from '../conversation.ts';
import { ProviderError } from '../provider-error.ts';
import type { RunObserver } from './run-event.ts';
import { type RunJournal, stepName } from './run-journal.ts';

/** What one step of the model came to. JSON all through: it is what the journal keeps. */
export interface Turn {
  /** Exactly as the text deltas told it. */
  text: string;
  usage?: TokenUsage;
  calls: ToolCall[];
  files: OutputFile[];
  reason: FinishReason;
  model?: string;
  choice?: number;
  responseId?: string;
  messageId?: string;
  parts: readonly AssistantPart[];
  /** The model was not allowed any tools: whatever it asks for, this is the end. */
  isLast: boolean;
}

export interface StepRun {
  handler: AgentHandler;
  journal: RunJournal;
  observe: RunObserver;
  /** Of the answer so far. */
  textBefore: string;
}

/** Takes a step, or finds it taken by an earlier attempt. The one place where steps begin and end. */
export async function takeStep(run: StepRun, step: number, request: StepRequest): Promise<Turn> {
  const { journal, observe } = run;
  const name = stepName(step);
  const known = journal.finished(name) as Turn | undefined;
  if (known) {
    const { text, usage, model, choice } = known;
    if (choice !== undefined) run.handler.restore?.(request, choice);
    await observe({ type: 'step-restored', step, text, usage, model });
    return known;
  }
  await observe({ type: 'step-started', step });
  // Asking a model has no effects of its own, so the question goes first and the note after it.
  const noted = nextTurn().then(() => journal.requested(name));
  noted.catch(() => {});
  const turn = await askModel(run, request);
  await noted;
  await observe({ type: 'step-finished', step, responseId: turn.responseId, model: turn.model });
  await journal.finish(name, turn);
  return turn;
}

async function askModel({ handler, observe, textBefore }: StepRun, request: StepRequest): Promise<Turn> {
  let text = '';
  let usage: TokenUsage | undefined;
  const calls: ToolCall[] = [];
  const files: OutputFile[] = [];
  for await (const event of handler.step(request)) {
    switch (event.type) {
      case 'text-delta': {
        const delta = text === '' ? gap(textBefore, event.text) + event.text : event.text;
        text += delta;
        await observe({ type: 'text-delta', text: delta });
        break;
      }
      case 'usage':
        usage = event.usage;
        await observe(event);
        break;
      case 'tool-call':
        calls.push(event.call);
        break;
      case 'output-file':
        files.push(event.file);
        await observe(event);
        break;
      case 'finish':
        return { text, usage, calls, files, ...finished(event), isLast: request.toolChoice === 'none' };
      default:
        await observe(event);
    }
  }
  throw new ProviderError('provider.malformed');
}

const finished = ({ type: _, ...rest }: Extract<StepEvent, { type: 'finish' }>) => rest;

/** What a model says before and after a tool call would otherwise run together. */
function gap(before: string, next: string): string {
  return before === '' || /\s$/.test(before) || /^\s/.test(next) ? '' : '\n\n';
}

export const usageOf = ({ usage }: Turn): TokenUsage => usage ?? NO_USAGE;
