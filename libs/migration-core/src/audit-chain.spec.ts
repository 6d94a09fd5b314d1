import fc from 'fast-check';
import { AUDIT_START, auditLine, firstBroken, sealOf } from './audit-chain.ts';

const entries = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 2, maxLength: 8 });
function chain(all: readonly object[]): string[] {
  let previous = AUDIT_START;
  return all.map((entry) => {
    const { line, hash } = auditLine(entry, previous);
    previous = hash;
    return line;
  });
}

describe('audit chain', () => {
  it('holds as written, each line being JSON with its entry', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const lines = chain(all);
        expect(firstBroken(lines)).toBeUndefined();
        expect(lines.every((line) => !line.includes('\n') && JSON.parse(line).hash === sealOf(line))).toBe(
          true,
        );
      }),
    );
  });

  it('breaks at the first line that was changed, left out, moved, doubled or torn', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (all, place) => {
        const lines = chain(all.map((entry, at) => ({ ...entry, at })));
        const at = place % (lines.length - 1);
        const line = lines[at] ?? '';
        expect(firstBroken(lines.with(at, line.replace(`"at":${at}`, `"at":${at + 1}`)))).toBe(at);
        expect(firstBroken(lines.toSpliced(at, 1))).toBe(at);
        expect(firstBroken(lines.toSpliced(at, 2, lines[at + 1] ?? '', line))).toBe(at);
        expect(firstBroken(lines.toSpliced(at, 0, line))).toBe(at + 1);
        expect(firstBroken(lines.with(at, line.slice(0, -1)))).toBe(at);
      }),
    );
  });

  it('goes on from a line, and not from one that is not sealed', () => {
    const [first = ''] = chain([{ event: 'armed' }]);
    const { line } = auditLine({ event: 'copied' }, sealOf(first) ?? '');
    expect(firstBroken([first, line])).toBeUndefined();
    expect(sealOf('{"event":"x"}')).toBeUndefined();
  });
});
