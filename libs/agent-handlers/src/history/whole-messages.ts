/** Of one row of a longer answer. A row of messages has 400 KB for three copies of it: in characters of any kind, so many. */
export const MAX_MESSAGE_CHARS = 40_000;

interface Piece {
  runUuid: string;
  role: string;
  message: string;
}

/** An answer too long for one row is several, one after the other: here it is one again. @param rows oldest first */
export function wholeMessages<Row extends object>(rows: readonly (Row | (Row & Piece))[]): Row[] {
  const whole: Row[] = [];
  for (const row of rows) {
    const last = whole.at(-1);
    if (last && isAnswer(last) && isAnswer(row) && isCut(last, row)) {
      whole[whole.length - 1] = { ...last, message: last.message + row.message };
    } else whole.push(row);
  }
  return whole;
}

/** Shorter ones were never cut, but for half a character: then there are several answers. */
const isCut = (one: Piece, next: Piece): boolean =>
  one.runUuid === next.runUuid && one.message.length >= MAX_MESSAGE_CHARS - 1;

const isAnswer = (row: object): row is Piece =>
  'message' in row && 'role' in row && row.role === 'assistant' && 'runUuid' in row;
