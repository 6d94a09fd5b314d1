import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processEnv } from '@agent-engine/config';

export interface LocalStack {
  /** Where the API answers, without a trailing slash. */
  url: string;
  stop(): Promise<void>;
}

/** Starts what `npm start` starts, on a free port, and waits for its ready line. */
export async function startLocalStack(): Promise<LocalStack> {
  const stack = spawn('npm', ['start'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...processEnv(), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Its own group: npm, its shell and the stack are signalled together, as Ctrl-C does.
    detached: true,
  });
  const url = await readyLine(stack);
  return { url, stop: () => stop(stack) };
}

function readyLine(stack: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    stack.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const ready = /^ready (http:\/\/\S+)$/m.exec(output);
      if (ready?.[1]) resolve(ready[1]);
    });
    stack.on('error', reject);
    stack.on('exit', (code) =>
      reject(new Error(`The local stack ended (${code}) before it was ready:\n${output}`)),
    );
  });
}

async function stop(stack: ChildProcess): Promise<void> {
  if (stack.exitCode !== null || stack.pid === undefined) return;
  const exited = once(stack, 'exit');
  process.kill(-stack.pid, 'SIGTERM');
  await exited;
}
