import { pieces, tokens } from '../provider/pieces.ts';
import type { AnswerStep, ScriptedToolCall } from '../provider/script.ts';
import type { OllamaBody } from './ollama.request.ts';

type Line = Record<string, unknown>;

/** The lines of one streamed answer. */
export function* ollamaLines(step: AnswerStep, body: OllamaBody): Generator<Line> {
  const line = (message: Line) => ({
    ...named(body),
    message: { role: 'assistant', ...message },
    done: false,
  });
  for (const thinking of pieces(step.reasoning)) yield line({ content: '', thinking });
  for (const content of pieces(step.text)) yield line({ content });
  for (const call of step.toolCalls ?? []) yield line({ content: '', tool_calls: [functionCall(call)] });
  if (typeof step.end === 'object') {
    yield { error: ('error' in step.end ? step.end.error : step.end.failed).message };
  } else {
    yield { ...named(body), message: { role: 'assistant', content: '' }, ...ending(step, body) };
  }
}

/** The same answer in one piece. */
export function wholeOllamaAnswer(step: AnswerStep, body: OllamaBody): Line {
  const message = {
    role: 'assistant',
    content: pieces(step.text).join(''),
    ...(step.reasoning !== undefined && { thinking: pieces(step.reasoning).join('') }),
    ...(step.toolCalls && { tool_calls: step.toolCalls.map(functionCall) }),
  };
  return { ...named(body), message, ...ending(step, body) };
}

/** Arguments are an object here; text that is none goes out as it is, as no real server would. */
const functionCall = ({ name, arguments: given }: ScriptedToolCall) => ({
  function: { name, arguments: typeof given === 'string' ? parsed(given) : (given ?? {}) },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const named = ({ model }: OllamaBody) => ({ model, created_at: new Date().toISOString() });

/** Ollama knows neither filters nor refusals: such an answer just ends. */
function ending({ end, usage = {}, ...step }: AnswerStep, body: OllamaBody): Line {
  return {
    done: true,
    done_reason: end === 'length' ? 'length' : 'stop',
    total_duration: 1_000_000,
    load_duration: 1_000,
    prompt_eval_count: usage.inputTokens ?? tokens([body.messages, body.tools]),
    prompt_eval_duration: 1_000,
    eval_count: usage.outputTokens ?? tokens([step.text, step.toolCalls, step.reasoning]),
    eval_duration: 1_000,
  };
}
