import { streamImage } from './stream-image.ts';

describe('an image of a stream record', () => {
  it('has empty maps where DynamoDB Local shows values without a type, at any depth', () => {
    const image = { a: {}, l: { L: [{}, { L: [{}] }, { S: '' }] }, m: { M: { n: {}, s: { S: 'x' } } } };
    expect(streamImage(image as never)).toEqual({
      a: { M: {} },
      l: { L: [{ M: {} }, { L: [{ M: {} }] }, { S: '' }] },
      m: { M: { n: { M: {} }, s: { S: 'x' } } },
    });
  });

  it('is otherwise as it came', () => {
    const image = {
      n: { N: '1' },
      b: { B: new Uint8Array(0) },
      z: { NULL: true as const },
      f: { BOOL: false },
    };
    expect(streamImage({ ...image })).toEqual(image);
  });
});
