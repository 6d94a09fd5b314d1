/** A single delta can be a whole document; frames have a limit. */
const MAX_CHUNK = 16_000;

/** Never cut between the halves of a surrogate pair: not every client can put them together again. */
export function* textPieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const cut = start + MAX_CHUNK;
    const end = /[\ud800-\udbff]/.test(text.charAt(cut - 1)) ? cut - 1 : cut;
    yield text.slice(start, end);
    start = end;
  }
}
