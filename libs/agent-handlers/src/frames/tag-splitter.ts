export interface Piece {
  format: 'text' | 'xml';
  text: string;
}

const NAME = '[A-Za-z][\\w:.-]*';
const ATTRIBUTE = `\\s+[\\w:.-]+\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
const TAG = new RegExp(`^<(?:/${NAME}\\s*|${NAME}(?:${ATTRIBUTE})*\\s*/?)>`);
/** What can still become a tag. A bare `<`, a `<b and` do not stay it for long. */
const BEGUN = new RegExp(
  `^<(?:/(?:${NAME}\\s*)?|${NAME}(?:${ATTRIBUTE})*(?:\\s*/?|\\s+[\\w:.-]+\\s*(?:=\\s*(?:"[^"<]*|'[^'<]*)?)?))?$`,
);
/** A tag that is longer is text. */
const MAX_TAG = 500;

/**
 * Takes XML tags out of a growing text. Only what may still become a tag is held back; a `<` in prose turns out to be
 * none with the next character or word.
 */
export class TagSplitter {
  private held = '';

  *append(text: string): Generator<Piece> {
    let rest = this.held + text;
    this.held = '';
    let prose = '';
    while (rest !== '') {
      const start = rest.indexOf('<');
      prose += start < 0 ? rest : rest.slice(0, start);
      rest = start < 0 ? '' : rest.slice(start);
      const window = rest.slice(0, MAX_TAG);
      const [tag] = TAG.exec(window) ?? [];
      if (tag !== undefined) {
        if (prose !== '') yield { format: 'text', text: prose };
        yield { format: 'xml', text: tag };
        prose = '';
        rest = rest.slice(tag.length);
      } else if (rest.length < MAX_TAG && BEGUN.test(window)) {
        this.held = rest;
        rest = '';
      } else {
        prose += rest.slice(0, 1);
        rest = rest.slice(1);
      }
    }
    if (prose !== '') yield { format: 'text', text: prose };
  }

  /** What was held back: nothing more comes to complete it. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }
}
