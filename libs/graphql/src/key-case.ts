/** The wire is camelCase, the storage snake_case, recursively and for keys only. Values are never touched. */
type KeyRule = (key: string) => string;

/** @param verbatim keys, in storage case, below which nothing is changed */
export const camelKeys = (value: unknown, verbatim: readonly string[] = []): unknown =>
  mapKeys(value, camelKey, verbatim);
export const snakeKeys = (value: unknown, verbatim: readonly string[] = []): unknown =>
  mapKeys(value, snakeKey, verbatim);

/** Nearly all stored keys; the general rule costs several times as much. */
const PLAIN = /^[a-z]+(_[a-z]+)*$/;

/**
 * `api_key` → `apiKey`, `tool_v2b` → `toolV2B`: every part but the first is title-cased letter run by letter run.
 * Keys without `_` pass as they are.
 */
export const camelKey: KeyRule = (key) => {
  if (!key.includes('_')) return key;
  if (PLAIN.test(key)) return key.replace(/_[a-z]/g, (end) => end.charAt(1).toUpperCase());
  const [first = '', ...rest] = key.split('_');
  return first + rest.map(titleCase).join('');
};

/**
 * `maxTokens` → `max_tokens`, `X-Api-Key` → `x_api_key`, `userID` → `user_i_d`: a capital is lowered, with `_` before
 * it if what precedes it is a lower-case letter by then; runs of `-` and `_` become one `_`, none at the start.
 */
export const snakeKey: KeyRule = (key) => {
  let snake = '';
  for (const letter of key) {
    if (letter === '-' || letter === '_') {
      if (snake !== '' && !snake.endsWith('_')) snake += '_';
    } else if (isUpper(letter)) {
      snake += (/\p{Ll}$/u.test(snake) ? '_' : '') + letter.toLowerCase();
    } else {
      snake += letter;
    }
  }
  return snake;
};

function mapKeys(value: unknown, rule: KeyRule, verbatim: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => mapKeys(entry, rule, verbatim));
  const mapped: Record<string, unknown> = {};
  // Neither rule leaves `__proto__` as a key, so plain assignment never sets a prototype.
  for (const [key, entry] of Object.entries(value)) {
    const stays = verbatim.length > 0 && verbatim.includes(snakeKey(key));
    mapped[rule(key)] = stays ? entry : mapKeys(entry, rule, verbatim);
  }
  return mapped;
}

const titleCase = (part: string) =>
  part.replace(/\p{L}+/gu, (letters) => letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase());

const isUpper = (letter: string) => letter !== letter.toLowerCase() && letter === letter.toUpperCase();
