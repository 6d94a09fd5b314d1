import type { GenerateBody, Part } from './gemini.request.ts';
import { isSignature } from './gemini.signature.ts';

const BUILT_IN = ['googleSearch', 'codeExecution', 'urlContext', 'fileSearch', 'googleMaps'];

/** What the provider would not accept although it has the right form; undefined: nothing. */
export function requestProblem(body: GenerateBody, model: string): string | undefined {
  const newest = /gemini-3/.test(model);
  const declared = body.tools?.some((tool) => tool.functionDeclarations?.length);
  const builtIn = body.tools?.some((tool) => BUILT_IN.some((name) => name in tool));
  if (declared && builtIn && !newest) return 'Tool use with function calling is unsupported';
  return historyProblem(body, newest);
}

function historyProblem({ contents }: GenerateBody, newest: boolean): string | undefined {
  for (const [index, { role, parts }] of contents.entries()) {
    const before = contents[index - 1];
    const calls = parts.filter(({ functionCall }) => functionCall);
    const responses = parts.filter(({ functionResponse }) => functionResponse);
    if (calls.length > 0 && before?.role !== 'user') {
      return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
    }
    const asked = before?.parts.filter(({ functionCall }) => functionCall) ?? [];
    if (role === 'user' && asked.length !== responses.length) {
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    }
    const problem = signatureProblem(parts, calls, newest);
    if (problem !== undefined) return problem;
  }
  const last = contents.at(-1)?.parts ?? [];
  return last.some(({ functionCall }) => functionCall)
    ? 'Please ensure that function call turn is answered.'
    : undefined;
}

/** A signature that came with a part has to come back with it; Gemini 3 wants one with the first call of a turn. */
function signatureProblem(
  parts: readonly Part[],
  [first]: readonly Part[],
  newest: boolean,
): string | undefined {
  const corrupted = parts.some(
    ({ thoughtSignature }) => thoughtSignature !== undefined && !isSignature(thoughtSignature),
  );
  if (corrupted) return 'Corrupted thought signature.';
  if (newest && first && first.thoughtSignature === undefined) {
    return `Function call is missing a thought_signature in functionCall parts: ${first.functionCall?.name}`;
  }
  return undefined;
}
