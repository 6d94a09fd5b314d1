/** Tool output as a person would say it: plain text as it is, JSON as its names and values. */
export function spoken(output: string): string {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    value = output;
  }
  const said = say(value).trim();
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

function say(value: unknown): string {
  if (Array.isArray(value)) return value.map(say).join('; ');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  // What MCP tools return: text parts, alone or in an envelope.
  if ('text' in value && typeof value.text === 'string') return value.text;
  if ('content' in value) return say(value.content);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll('_', ' ')} is ${say(inner)}`)
    .join(', ');
}
