import { signatureOf } from '../anthropic/anthropic.signature.ts';
import type { ConverseBlock, ConverseBody } from './bedrock.request.ts';

/** What the provider would not accept although it has the right form; undefined: nothing. */
export function requestProblem({ messages, toolConfig }: ConverseBody): string | undefined {
  if (messages[0]?.role !== 'user') return 'A conversation must start with a user message.';
  for (const [index, { role, content }] of messages.entries()) {
    if (index > 0 && messages[index - 1]?.role === role) {
      return `A conversation must alternate between user and assistant roles (messages.${index}).`;
    }
    const usesTools = content.some(({ toolUse, toolResult }) => toolUse ?? toolResult);
    if (usesTools && !toolConfig) {
      return 'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
    }
    const problem =
      role === 'assistant'
        ? (pairProblem(content, messages[index + 1]?.content ?? []) ?? thoughtProblem(content))
        : undefined;
    const orphan = role === 'user' && orphanResult(content, messages[index - 1]?.content ?? []);
    if (problem !== undefined) return problem;
    if (orphan) return `The number of toolResult blocks exceeds the number of toolUse blocks: ${orphan}.`;
  }
  return undefined;
}

const callIds = (content: readonly ConverseBlock[]) =>
  content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []);
const resultIds = (content: readonly ConverseBlock[]) =>
  content.flatMap(({ toolResult }) => toolResult?.toolUseId ?? []);

function pairProblem(calls: readonly ConverseBlock[], next: readonly ConverseBlock[]): string | undefined {
  const results = resultIds(next);
  const lost = callIds(calls).find((id) => results.filter((other) => other === id).length !== 1);
  return lost && `Expected toolResult blocks for the following ids: ${lost}.`;
}

const orphanResult = (content: readonly ConverseBlock[], before: readonly ConverseBlock[]) =>
  resultIds(content).find((id) => !callIds(before).includes(id));

const thoughtProblem = (content: readonly ConverseBlock[]): string | undefined =>
  content.some(
    ({ reasoningContent: { reasoningText } = {} }) =>
      reasoningText && reasoningText.signature !== signatureOf(reasoningText.text),
  )
    ? 'Invalid `signature` in `thinking` block'
    : undefined;
