import { argumentsFor } from './openai.demo-arguments.ts';
import { spoken } from './openai.demo-speech.ts';
import { textOf, type InputItem, type OpenAiRequest, type ResponsesBody } from './openai.request.ts';
import type { AnswerStep } from './openai.script.ts';

const WORD_DELAY_MS = 25;

/**
 * A model without a model, for the local stack: calls the tool whose name and description share words with the
 * question, then tells what the tool said, in the name the agent's instructions give it.
 */
export function demoScript({ body }: OpenAiRequest): AnswerStep {
  const asked = body.input.findLastIndex((item) => isMessage(item, 'user'));
  const question = textOfItem(body.input[asked]);
  const found = body.input
    .slice(asked + 1)
    .flatMap((item) => (item.type === 'function_call_output' ? [textOf(item.output)] : []));
  const tool = found.length === 0 ? toolFor(question, body.tools) : undefined;
  if (tool?.name !== undefined) {
    return { toolCalls: [{ name: tool.name, arguments: argumentsFor(tool.parameters, question) }] };
  }
  const persona = personaOf(body);
  const facts = found.length > 0 ? found.map(spoken).join(' ') : withoutFacts(question, body.tools);
  return { text: words(`${persona}${facts}`), delayMs: WORD_DELAY_MS };
}

type Tool = ResponsesBody['tools'][number];

function toolFor(question: string, tools: readonly Tool[]): Tool | undefined {
  const asked = stems(question);
  const score = (tool: Tool) =>
    [...stems(`${tool.name} ${tool.description}`)].filter((stem) => asked.has(stem)).length;
  return tools
    .filter((tool) => tool.type === 'function' && score(tool) > 0)
    .sort((one, other) => score(other) - score(one))[0];
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

function withoutFacts(question: string, tools: readonly Tool[]): string {
  const names = tools.flatMap(({ name }) => name ?? []);
  const help = names.length > 0 ? `Ask me about something for which I can use ${names.join(' or ')}.` : '';
  return `You asked: "${question}" I am the scripted model of the local stack and know only what tools tell me. ${help}`;
}

/** `You are the support agent of Acme. …` speaks as "the support agent of Acme". */
function personaOf(body: ResponsesBody): string {
  const given = body.input.filter((item) => isMessage(item, 'system') || isMessage(item, 'developer'));
  const instructions = [body.instructions ?? '', ...given.map(textOfItem)].join('\n');
  const persona = /\byou are ([^.\n]+)/i.exec(instructions)?.[1]?.trim();
  return persona === undefined ? '' : `Speaking as ${persona}: `;
}

const isMessage = (item: InputItem, role: string) => item.type === 'message' && item.role === role;

const textOfItem = (item: InputItem | undefined) => (item?.type === 'message' ? textOf(item.content) : '');

const words = (text: string): string[] => text.trim().match(/\S+\s*/g) ?? [];
