import { MAX_FILE_BYTES, readInputFiles } from './input-file.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64');
const file = { filename: 'a.txt', encoded_content: encoded('hello') };
const full = 'A'.repeat(Math.ceil(MAX_FILE_BYTES / 3) * 4);

describe('the files of a question', () => {
  it('come as content, URL or key', () => {
    expect(
      readInputFiles([
        { ...file, file_uri: null, extra: 1 },
        { filename: 'b', file_uri: 'https://example.com/b' },
        { filename: 'Ü b.pdf', object_key: 'x/b.pdf' },
      ]),
    ).toEqual([
      file,
      { filename: 'b', file_uri: 'https://example.com/b' },
      { filename: 'Ü b.pdf', object_key: 'x/b.pdf' },
    ]);
    expect(readInputFiles(null)).toEqual([]);
    expect(readInputFiles(undefined)).toEqual([]);
  });

  it('may be broken into lines, as MIME encoders do', () => {
    const broken = { ...file, encoded_content: 'aGVs\r\nbG8=\n' };
    expect(readInputFiles([broken])).toEqual([broken]);
  });

  it.each([
    ['not a list', 'x', 'inputFiles:'],
    ['nothing', [null], 'inputFiles[0]:'],
    ['without a name', [file, { encoded_content: 'aGk=' }], 'inputFiles[1].filename:'],
    ['with an empty name', [{ ...file, filename: '' }], 'inputFiles[0].filename:'],
    ['with a path', [{ ...file, filename: '../a' }], 'inputFiles[0].filename:'],
    ['with a Windows path', [{ ...file, filename: 'c:\\a' }], 'inputFiles[0].filename:'],
    ['with a line break', [{ ...file, filename: 'a\nb' }], 'inputFiles[0].filename:'],
    ['with a long name', [{ ...file, filename: 'ü'.repeat(128) }], 'inputFiles[0].filename:'],
    ['without a source', [{ filename: 'a' }], 'inputFiles[0]:'],
    ['with two sources', [{ ...file, file_uri: 'https://example.com' }], 'inputFiles[0]:'],
    ['not base64', [{ ...file, encoded_content: 'a*b=' }], 'inputFiles[0].encoded_content'],
    ['a data URL', [{ ...file, encoded_content: 'data:text/plain;base64,aGk=' }], 'inputFiles[0].encoded'],
    ['cut off', [{ ...file, encoded_content: 'aGVsbG8' }], 'inputFiles[0].encoded_content'],
    ['empty', [{ ...file, encoded_content: '' }], 'inputFiles[0].encoded_content'],
    ['too many', Array.from({ length: 11 }, () => file), 'inputFiles:'],
  ])('are refused %s', (_, value, message) => {
    expect(() => readInputFiles(value)).toThrow(
      expect.objectContaining({ code: 'argument.invalid', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ['one', [{ filename: 'a', encoded_content: `${full}AAAA` }]],
    ['one that is far too large', [{ filename: 'a', encoded_content: `${full}${full}` }]],
    ['all', [1, 2, 3].map((n) => ({ filename: `${n}`, encoded_content: full.slice(0, -4) }))],
  ])('are refused when %s have too many bytes', (_, value) => {
    expect(() => readInputFiles(value)).toThrow(expect.objectContaining({ code: 'argument.tooLarge' }));
  });
});
