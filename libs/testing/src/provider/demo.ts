import { argumentsFor } from './demo-arguments.ts';
import { spoken } from './demo-speech.ts';
import type { AnswerStep } from './script.ts';

const WORD_DELAY_MS = 25;

/** What a request says, whatever the wire format. */
export interface DemoConversation {
  /** All that is said to the model before the conversation. */
  instructions: string;
  /** The newest thing the user said. */
  question: string;
  /** What tools have said since. */
  results: readonly string[];
  tools: readonly DemoTool[];
}

export interface DemoTool {
  name: string;
  description?: string;
  /** JSON Schema. */
  parameters?: unknown;
}

/**
 * A model without a model, for the local stack: calls the tool whose name and description share words with the
 * question, then tells what the tool said, in the name the agent's instructions give it.
 */
export function demoAnswer({ instructions, question, results, tools }: DemoConversation): AnswerStep {
  const tool = results.length === 0 ? toolFor(question, tools) : undefined;
  if (tool) return { toolCalls: [{ name: tool.name, arguments: argumentsFor(tool.parameters, question) }] };
  const facts = results.length > 0 ? results.map(spoken).join(' ') : withoutFacts(question, tools);
  return { text: words(`${personaOf(instructions)}${facts}`), delayMs: WORD_DELAY_MS };
}

function toolFor(question: string, tools: readonly DemoTool[]): DemoTool | undefined {
  const asked = stems(question);
  const score = (tool: DemoTool) =>
    [...stems(`${tool.name} ${tool.description}`)].filter((stem) => asked.has(stem)).length;
  return tools.filter((tool) => score(tool) > 0).sort((one, other) => score(other) - score(one))[0];
}

const EMPTY = new Set([
  'what',
  'when',
  'where',
  'which',
  'with',
  'have',
  'this',
  'that',
  'your',
  'please',
  'tell',
]);

/** Words of four letters and more without a plural s: `getOrderStatus` and "my orders" share `order`. */
function stems(text: string): Set<string> {
  const found =
    text
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/\p{L}{4,}/gu) ?? [];
  return new Set(
    found.filter((word) => !EMPTY.has(word)).map((word) => word.replace(/(?<=\p{L}{3})s$/u, '')),
  );
}

function withoutFacts(question: string, tools: readonly DemoTool[]): string {
  const names = tools.map(({ name }) => name);
  const help = names.length > 0 ? `Ask me about something for which I can use ${names.join(' or ')}.` : '';
  return `You asked: "${question}" I am the scripted model of the local stack and know only what tools tell me. ${help}`;
}

/** `You are the support agent of Acme. …` speaks as "the support agent of Acme". */
function personaOf(instructions: string): string {
  const persona = /\byou are ([^.\n]+)/i.exec(instructions)?.[1]?.trim();
  return persona === undefined ? '' : `Speaking as ${persona}: `;
}

const words = (text: string): string[] => text.trim().match(/\S+\s*/g) ?? [];
