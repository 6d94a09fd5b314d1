import { type ChildProcess, spawn } from 'node:child_process';

export interface Command {
  file: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}

export interface Exit {
  /** Null: ended by a signal. */
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

export interface RunningCommand {
  child: ChildProcess;
  exit: Promise<Exit>;
  /** Ends it as a power cut would; returns when it is gone. */
  kill(): Promise<Exit>;
}

const KEPT = 20_000;

/** Starts a program and keeps the last of what it says. */
export function startCommand({ file, args, env }: Command): RunningCommand {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out = (out + chunk.toString()).slice(-KEPT)));
  child.stderr.on('data', (chunk: Buffer) => (err = (err + chunk.toString()).slice(-KEPT)));
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return {
    child,
    exit,
    kill: () => {
      child.kill('SIGKILL');
      return exit;
    },
  };
}
