import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetResults, tally, tallyLine } from './jest-results.ts';

let workspace: string;
beforeEach(() => (workspace = mkdtempSync(join(tmpdir(), 'test-run-'))));
afterEach(() => rmSync(workspace, { recursive: true }));

function result(project: string, counts: Record<string, number>): void {
  mkdirSync(join(workspace, project), { recursive: true });
  const nothing = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  writeFileSync(join(workspace, project, 'test-results.json'), JSON.stringify({ ...nothing, ...counts }));
}

describe('results of a run', () => {
  it('are summed over all projects, with suites that could not run as failures', () => {
    result('apps/api', { numPassedTests: 3, numFailedTests: 1 });
    result('libs/queue', { numPassedTests: 2, numRuntimeErrorTestSuites: 1 });
    result('tools/bench', { numPendingTests: 1, numTodoTests: 1 });
    expect(tally(workspace)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });

  it('do not count a second time', () => {
    result('apps/api', { numPassedTests: 3 });
    forgetResults(workspace);
    expect(tally(workspace)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it('read as one line that names skipped tests only when there are any', () => {
    expect(tallyLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(tallyLine({ passed: 12, failed: 1, skipped: 2 })).toBe('12 passed, 1 failed, 2 skipped');
  });
});
