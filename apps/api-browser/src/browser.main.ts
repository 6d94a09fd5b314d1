import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './chromium.ts';

/** Runs the specs, or says why not: a machine without a browser can still run all other tests. */
if (chromiumPath() === undefined) {
  process.stdout.write('browser: skipped, no Chromium installed (apt-get install chromium)\n');
} else {
  const jest = fileURLToPath(new URL('../../../node_modules/jest/bin/jest.js', import.meta.url));
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const run = spawn(
    process.execPath,
    [...options, jest, '--runInBand', '--json', '--outputFile=test-results.json'],
    { stdio: 'inherit' },
  );
  run.on('exit', (code) => (process.exitCode = code ?? 1));
}
