import fc from 'fast-check';
import { TagSplitter } from './tag-splitter.ts';

/** What comes out after each piece, and at the end. */
function split(...texts: string[]) {
  const splitter = new TagSplitter();
  const pieces = texts.map((text) => [...splitter.append(text)].map((piece) => piece.text));
  return [...pieces, splitter.end()];
}

describe('TagSplitter', () => {
  it.each([
    ['a < b', ['a < b']],
    ['1<2 and 3>2', ['1<2 and 3>2']],
    ['<3 you', ['<3 you']],
    ['if a <b and c', ['if a <b and c']],
    ['x <- y', ['x <- y']],
    ['<answer>', ['<answer>']],
    ['<a:b c.d="e>f"/>!', ['<a:b c.d="e>f"/>', '!']],
    ['</a ><b x=\'1\' y = "2">', ['</a >', '<b x=\'1\' y = "2">']],
    ['<<b>>', ['<', '<b>', '>']],
  ])('takes %s apart at once', (text, expected) => {
    expect(split(text)).toEqual([expected, '']);
  });

  it('holds back only what may become a tag', () => {
    expect(split('Well <', 'an', 'swer', ' x="', '1">done')).toEqual([
      ['Well '],
      [],
      [],
      [],
      ['<answer x="1">', 'done'],
      '',
    ]);
    expect(split('Well <an', ' apple')).toEqual([['Well '], [], '<an apple']);
    expect(split('Well <an', ' apple a')).toEqual([['Well '], ['<an apple a'], '']);
    expect(split(`<a b="${'x'.repeat(600)}`)).toEqual([[`<a b="${'x'.repeat(600)}`], '']);
  });

  it('neither loses nor adds anything, however a text is cut', () => {
    const part = fc.constantFrom('<', '>', '/', 'a', ' ', '="', "'", 'x y', '<b>', '</b>', '<!-- -->', '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        expect(
          split(...parts)
            .flat()
            .join(''),
        ).toBe(parts.join(''));
      }),
    );
  });
});
