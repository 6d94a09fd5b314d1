import { PartialObject } from './partial-object.ts';

/** What is told of an answer that comes in pieces of `size` characters. */
async function told(text: string, size: number): Promise<unknown[]> {
  const object = new PartialObject();
  const values: unknown[] = [];
  for (let i = 0; i < text.length; i += size) values.push(await object.append(text.slice(i, i + size)));
  values.push(await object.end());
  return values.filter((value) => value !== undefined);
}

describe('PartialObject', () => {
  const answer = {
    title: 'Order “A-1”',
    items: Array.from({ length: 2_000 }, (_, n) => `item ${n} of <many>`),
  };
  const text = JSON.stringify(answer);

  it.each([1, 7, 1_000, Infinity])('grows to what was said, in pieces of %d characters', async (size) => {
    expect((await told(text, size)).at(-1)).toEqual(answer);
  });

  it('is not read again with every piece: a long answer costs as much as a few readings', async () => {
    const values = await told(text, 1);
    expect(values.length).toBeGreaterThan(20);
    expect(values.length).toBeLessThan(120); // of more than 40 000 pieces
  });

  it('is nothing where the answer is none', async () => {
    expect(await told('', 1)).toEqual([]);
    expect(await told('Sorry, I cannot.', 4)).toEqual([]);
  });
});
