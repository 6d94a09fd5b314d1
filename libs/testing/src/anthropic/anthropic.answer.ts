import { randomBytes } from 'node:crypto';
import { argumentText, halves, pieces, tokens } from '../provider/pieces.ts';
import type { AnswerStep } from '../provider/script.ts';
import type { MessagesBody } from './anthropic.request.ts';
import { signatureOf } from './anthropic.signature.ts';

export interface MessageEvent extends Record<string, unknown> {
  type: string;
}
type Block = Record<string, unknown>;
type Delta = Record<string, unknown>;

const id = (prefix: string) => `${prefix}_01${randomBytes(12).toString('base64url').replace(/[-_]/g, 'x')}`;

/** The events of one streamed message. */
export function* messageEvents(step: AnswerStep, body: MessagesBody): Generator<MessageEvent> {
  const usage = usageOf(step, body);
  yield {
    type: 'message_start',
    message: { ...envelope(body), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  };
  yield { type: 'ping' };
  let index = 0;
  for (const { block, deltas } of contentOf(step)) {
    yield { type: 'content_block_start', index, content_block: begun(block) };
    for (const delta of deltas) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index: index++ };
  }
  const { end } = step;
  if (typeof end === 'object') {
    const { code, message } = 'error' in end ? end.error : end.failed;
    yield { type: 'error', error: { type: code, message } };
    return;
  }
  const delta = { stop_reason: stopReason(step), stop_sequence: null, container: containerOf(step) };
  yield { type: 'message_delta', delta, usage };
  yield { type: 'message_stop' };
}

/** The same message in one piece. */
export function wholeMessage(step: AnswerStep, body: MessagesBody): Record<string, unknown> {
  return {
    ...envelope(body),
    content: [...contentOf(step)].map(({ block }) => block),
    stop_reason: stopReason(step),
    container: containerOf(step),
    usage: usageOf(step, body),
  };
}

const containerOf = ({ containerId: id }: AnswerStep) =>
  id === undefined ? null : { id, expires_at: new Date(Date.now() + 600_000).toISOString(), skills: null };

const envelope = ({ model }: MessagesBody) => ({
  id: id('msg'),
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
});

function* contentOf(step: AnswerStep): Generator<{ block: Block; deltas: Delta[] }> {
  for (const thinking of pieces(step.reasoning)) {
    const signature = signatureOf(thinking);
    const deltas = halves(thinking).map((half) => ({ type: 'thinking_delta', thinking: half }));
    yield {
      block: { type: 'thinking', thinking, signature },
      deltas: [...deltas, { type: 'signature_delta', signature }],
    };
  }
  for (const item of step.items ?? [])
    yield { block: item, deltas: isTold(item) ? [] : inputDeltas(item.input) };
  if (step.text !== undefined) {
    const words = pieces(step.text);
    const cited = step.annotations ?? [];
    yield {
      block: { type: 'text', text: words.join(''), ...(cited.length > 0 && { citations: cited }) },
      deltas: [
        ...words.map((text) => ({ type: 'text_delta', text })),
        ...cited.map((citation) => ({ type: 'citations_delta', citation })),
      ],
    };
  }
  for (const call of step.toolCalls ?? []) {
    const text = argumentText(call.arguments);
    yield {
      block: { type: 'tool_use', id: call.callId ?? id('toolu'), name: call.name, input: parsed(text) },
      deltas: halves(text).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    };
  }
}

/** What the connector asks of an MCP server is told at once. */
const isTold = ({ type }: Block): boolean => type === 'mcp_tool_use';

const inputDeltas = (input: unknown): Delta[] =>
  input === undefined
    ? []
    : halves(JSON.stringify(input)).map((partial_json) => ({ type: 'input_json_delta', partial_json }));

/** A block as it is announced: empty where deltas fill it. */
function begun(block: Block): Block {
  switch (block.type) {
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '' };
    default:
      return 'input' in block && !isTold(block) ? { ...block, input: {} } : block;
  }
}

function stopReason({ end, toolCalls = [] }: AnswerStep): string {
  switch (end) {
    case 'length':
      return 'max_tokens';
    case 'filtered':
    case 'refused':
      return 'refusal';
    case 'paused':
      return 'pause_turn';
    default:
      return toolCalls.length > 0 ? 'tool_use' : 'end_turn';
  }
}

/** Tokens that came from the cache are counted apart from the others. */
function usageOf({ usage = {}, ...step }: AnswerStep, body: MessagesBody) {
  const cached = usage.cachedTokens ?? 0;
  const thinking = usage.reasoningTokens ?? (step.reasoning === undefined ? 0 : tokens(step.reasoning));
  return {
    input_tokens: (usage.inputTokens ?? tokens([body.system, body.messages, body.tools])) - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: usage.outputTokens ?? tokens([step.text, step.toolCalls]) + thinking,
    output_tokens_details: { thinking_tokens: thinking },
    service_tier: 'standard',
  };
}

/** An answer that is not streamed has no way to say arguments that are no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
