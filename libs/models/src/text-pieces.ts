/** Consecutive pieces of at most `maxChars`, never between the halves of a surrogate pair, which no store keeps. */
export function textPieces(text: string, maxChars: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const cut = start + maxChars;
    const end = /[\ud800-\udbff]/.test(text.charAt(cut - 1)) ? cut - 1 : cut;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
