import { assertJava, JavaMissing } from '@agent-engine/testing';
import { checkFormat, runTargets, WORKSPACE } from './checks.ts';
import { forgetResults, tally, tallyLine } from './jest-results.ts';

try {
  await assertJava();
} catch (error) {
  if (!(error instanceof JavaMissing)) throw error;
  console.error(error.message);
  process.exit(1);
}

forgetResults(WORKSPACE);
const checks = [await checkFormat(), await runTargets(process.argv.slice(2))];
const sum = tally(WORKSPACE);
const allGood = checks.every(Boolean);
// A check that is not a test (format, lint, types, build) must not be lost in a line without failures.
if (!allGood && sum.failed === 0) sum.failed = checks.filter((good) => !good).length;
console.log(tallyLine(sum));
process.exitCode = allGood && sum.failed === 0 ? 0 : 1;
