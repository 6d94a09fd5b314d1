import type { IncomingHttpHeaders } from 'node:http';
import { type ContentBlock, isBlock, type MessagesBody } from './anthropic.request.ts';
import { isSealed, signatureOf } from './anthropic.signature.ts';

type Message = MessagesBody['messages'][number];

/** What the provider would not accept although it has the right form; undefined: nothing. */
export function requestProblem(body: MessagesBody, headers: IncomingHttpHeaders): string | undefined {
  return settingsProblem(body) ?? betaProblem(body, headers) ?? historyProblem(body);
}

function settingsProblem({ thinking, temperature, max_tokens, tool_choice }: MessagesBody) {
  if (thinking === undefined || thinking.type === 'disabled') return undefined;
  if (temperature !== undefined && temperature !== 1) {
    return '`temperature` may only be set to 1 when thinking is enabled.';
  }
  if (tool_choice?.type === 'any' || tool_choice?.type === 'tool') {
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  if (thinking.type === 'adaptive') return undefined;
  const { budget_tokens = 0 } = thinking;
  if (budget_tokens < 1024)
    return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  if (max_tokens <= budget_tokens) return '`max_tokens` must be greater than `thinking.budget_tokens`.';
  return undefined;
}

function betaProblem(body: MessagesBody, headers: IncomingHttpHeaders): string | undefined {
  const betas = new Set(String(headers['anthropic-beta'] ?? '').split(','));
  const blocks = body.messages.flatMap(({ content }) => content);
  const usesFiles = blocks.some(
    (block) =>
      isBlock(block, 'container_upload') ||
      ((isBlock(block, 'document') || isBlock(block, 'image')) && block.source.type === 'file'),
  );
  const hasCode = body.tools?.some(({ type }) => type?.startsWith('code_execution_'));
  if (usesFiles && !betas.has('files-api-2025-04-14')) return 'source.file: Extra inputs are not permitted';
  if (blocks.some((block) => isBlock(block, 'container_upload')) && !hasCode) {
    return 'container_upload blocks require the code execution tool.';
  }
  if (body.mcp_servers !== undefined && !betas.has('mcp-client-2025-04-04')) {
    return 'mcp_servers: Extra inputs are not permitted';
  }
  const skills = (body.container as { skills?: unknown[] } | undefined)?.skills;
  if (skills && (!betas.has('skills-2025-10-02') || !hasCode)) {
    return 'container: skills can only be used when a code execution tool is enabled.';
  }
  return undefined;
}

function historyProblem({ messages, thinking }: MessagesBody): string | undefined {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of messages.entries()) {
    const problem =
      role === 'assistant'
        ? answerProblem(content, messages[index + 1])
        : resultProblem(content, messages[index - 1]);
    if (problem !== undefined) return `messages.${index}: ${problem}`;
  }
  const last = messages.findLast(({ role }) => role === 'assistant')?.content;
  const inToolLoop = messages.at(-1)?.content.some((block) => isBlock(block, 'tool_result'));
  if (thinking?.type === 'enabled' && inToolLoop && !/thinking$/.test(last?.[0]?.type ?? '')) {
    return `Expected \`thinking\` or \`redacted_thinking\`, but found \`${last?.[0]?.type}\`.`;
  }
  return undefined;
}

function answerProblem(content: readonly ContentBlock[], next: Message | undefined): string | undefined {
  for (const block of content) {
    if (isBlock(block, 'thinking') && block.signature !== signatureOf(block.thinking)) {
      return 'Invalid `signature` in `thinking` block';
    }
    if (isBlock(block, 'redacted_thinking') && !isSealed(block.data)) {
      return 'Invalid `data` in `redacted_thinking` block';
    }
  }
  const calls = content.flatMap((block) => (isBlock(block, 'tool_use') ? [block.id] : []));
  const results = resultIds(next?.content ?? []);
  const lost = calls.find((id) => !results.includes(id));
  return lost && `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${lost}.`;
}

function resultProblem(content: readonly ContentBlock[], before: Message | undefined): string | undefined {
  const calls = (before?.content ?? []).flatMap((block) => (isBlock(block, 'tool_use') ? [block.id] : []));
  const results = resultIds(content);
  if (new Set(results).size < results.length) return 'each tool_use must have a single result.';
  const orphan = results.find((id) => !calls.includes(id));
  return orphan && `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}.`;
}

const resultIds = (content: readonly ContentBlock[]) =>
  content.flatMap((block) => (isBlock(block, 'tool_result') ? [block.tool_use_id] : []));
