import type { FlowSnippet, Json, PromptTemplate } from '@agent-engine/entities';

const PLACE_OF_FLOW = '{flow_snippet}';

/**
 * An agent's instructions: the template with the flow in its place. Variables that both template and agent name are
 * filled in inside the flow, or in the template itself if there is no flow.
 */
export function composedInstructions(
  { templateContext, variables: declared }: PromptTemplate,
  { flowContext }: FlowSnippet,
  agentVariables: readonly Json[],
): string {
  const names = new Set(declared.map(nameOf));
  const values = agentVariables.filter((variable) => names.has(nameOf(variable)));
  if (!flowContext) return filled(withFlow(templateContext, ''), values);
  return withFlow(templateContext, filled(flowContext, values));
}

const withFlow = (template: string, flow: string) => template.replaceAll(PLACE_OF_FLOW, () => flow);

/** In one pass: a value that looks like a placeholder is not replaced again. */
function filled(text: string, variables: readonly Json[]): string {
  const values = new Map(variables.map((variable) => [nameOf(variable), valueOf(variable)]));
  return text.replace(/\{([^{}]+)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder);
}

const field = (variable: Json, name: string): Json | undefined =>
  typeof variable === 'object' && variable !== null && !Array.isArray(variable) ? variable[name] : undefined;

function nameOf(variable: Json): string | undefined {
  const name = field(variable, 'name');
  return typeof name === 'string' ? name : undefined;
}

function valueOf(variable: Json): string {
  const value = field(variable, 'value');
  return typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? ''
      : JSON.stringify(value);
}
