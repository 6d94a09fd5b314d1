/** Tool output as a person would say it: plain text as it is, JSON as its names and values. */
export function spoken(output: string): string {
  const said = say(output).trim();
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

function say(value: unknown): string {
  if (typeof value === 'string') {
    const inner = parsed(value);
    return typeof inner === 'object' ? say(inner) : value;
  }
  if (Array.isArray(value)) return value.map(say).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  // What MCP tools return: text parts, alone or in an envelope.
  if ('text' in value) return say(value.text);
  if ('content' in value) return say(value.content);
  return Object.entries(value)
    .map(([name, inner]) => `${name.replaceAll('_', ' ')} is ${say(inner)}`)
    .join(', ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
