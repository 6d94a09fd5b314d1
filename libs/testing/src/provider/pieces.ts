/** Roughly four characters to a token, as providers' own rule of thumb says. */
export const tokens = (value: unknown): number => Math.ceil(JSON.stringify(value ?? '').length / 4);

export const pieces = (text: string | readonly string[] | undefined): readonly string[] =>
  text === undefined ? [] : typeof text === 'string' ? [text] : text;

/** Arguments of a call as text: a string is taken as it is. */
export const argumentText = (given: unknown): string =>
  typeof given === 'string' ? given : JSON.stringify(given ?? {});

/** A text in two deltas, so that a client has to put it together. */
export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
}
