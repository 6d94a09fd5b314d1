import fc from 'fast-check';
import { offeredNames } from './tool-names.ts';

describe('offeredNames', () => {
  it('gives every tool a name of its own that providers accept', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'é', '_'), maxLength: 70 });
    fc.assert(
      fc.property(fc.array(fc.record({ label: text, name: text }), { maxLength: 30 }), (tools) => {
        const names = offeredNames(tools);
        expect(new Set(names).size).toBe(tools.length);
        for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      }),
    );
  });

  it('keeps what can be kept', () => {
    expect(
      offeredNames([
        { label: 'a', name: 'getOrder' },
        { label: 'b', name: 'getOrder' },
        { label: 'b', name: 'getOrder' },
      ]),
    ).toEqual(['getOrder', 'b_getOrder', 'b_getOrder_2']);
  });
});
