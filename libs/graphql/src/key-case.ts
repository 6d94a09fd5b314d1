/** The wire is camelCase, the storage snake_case, recursively and for keys only. Values are never touched. */
type KeyRule = (key: string) => string;

export const camelKeys = (value: unknown): unknown => mapKeys(value, camelKey);
export const snakeKeys = (value: unknown): unknown => mapKeys(value, snakeKey);

/**
 * `api_key` → `apiKey`, `tool_v2b` → `toolV2B`: every part but the first is title-cased letter run by letter run.
 * Keys without `_` pass as they are.
 */
export const camelKey: KeyRule = (key) => {
  if (!key.includes('_')) return key;
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

function mapKeys(value: unknown, rule: KeyRule): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapKeys(entry, rule));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [rule(key), mapKeys(entry, rule)]));
}

/** Most parts are one plain word, and the general rule costs several times as much. */
const PLAIN = /^[a-z]+$/;

const titleCase = (part: string) =>
  PLAIN.test(part)
    ? part.charAt(0).toUpperCase() + part.slice(1)
    : part.replace(/\p{L}+/gu, (letters) => letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase());

const isUpper = (letter: string) => letter !== letter.toLowerCase() && letter === letter.toUpperCase();
