import { setFlagsFromString } from 'node:v8';
import { processEnv, runnerConfig } from '@agent-engine/config';
import { startRunner } from './create-runner.ts';

// Runs leave much behind that is soon of no use. Left alone V8 lets its heap grow fourfold before it looks: 500 streams
// then hold 700 to 800 MB, of which about a third is garbage.
setFlagsFromString('--heap-growing-percent=60');

try {
  const runner = await startRunner(runnerConfig(processEnv()));
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= runner.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  // With an IPC channel somebody started us: without it there is nobody left to stop us.
  process.on('disconnect', stop);
  process.send?.({ type: 'ready' });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
