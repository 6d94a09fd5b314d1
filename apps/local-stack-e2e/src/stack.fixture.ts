import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Env, processEnv } from '@agent-engine/config';
import { type ProcessInfo, processesOf } from './processes.ts';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const PATIENCE_MS = 20_000;

export interface Finished {
  code: number | null;
  output: string;
}

/** An npm script in a process group of its own, as a shell would start it. */
export function npm(args: readonly string[], env: Env = {}): ChildProcess {
  return spawn('npm', args, {
    cwd: WORKSPACE,
    // Nx asks for colours, which are for people.
    env: { ...processEnv(), FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Runs it to its end; `output` is what it said on both streams. */
export async function finished(child: ChildProcess): Promise<Finished> {
  let output = '';
  const listen = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** A running local stack. */
export class Stack {
  readonly url: string;
  private readonly process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.process = process;
    this.url = url;
  }

  /** `PORT=0 npm start`, up to its ready line. */
  static async start(args: readonly string[] = []): Promise<Stack> {
    const process = npm(['start', '--', ...args], { PORT: '0' });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        output += chunk.toString();
        const ready = /^ready (http:\/\/\S+)$/m.exec(output)?.[1];
        if (ready) resolve(ready);
      };
      process.stdout?.on('data', listen);
      process.stderr?.on('data', listen);
      process.once('exit', () => reject(new Error(`The stack ended before it was ready:\n${output}`)));
    });
    return new Stack(process, url);
  }

  get processes(): ProcessInfo[] {
    return processesOf(this.process.pid ?? 0);
  }

  /** The process of the group whose command line contains this. */
  find(command: string): ProcessInfo | undefined {
    return this.processes.find((process) => process.command.includes(command));
  }

  /** Kills it as nothing can prevent and returns its successor once there is one. */
  async killAndAwaitSuccessor(command: string): Promise<ProcessInfo> {
    const victim = this.find(command);
    if (!victim) throw new Error(`No process runs ${command}.`);
    process.kill(victim.pid, 'SIGKILL');
    return eventually(() => {
      const successor = this.find(command);
      return successor && successor.pid !== victim.pid ? successor : undefined;
    });
  }

  /** Waits until no process of the group is left. */
  ended(): Promise<true> {
    return eventually(() => (this.processes.length === 0 ? true : undefined));
  }

  /** Sends the signal to npm alone and returns npm's exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { process: npmProcess } = this;
    if (npmProcess.exitCode !== null || npmProcess.signalCode !== null) return npmProcess.exitCode;
    const exited = once(npmProcess, 'exit');
    npmProcess.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}

/** Polls until there is a value. @throws Error when there is none for a very long time */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('It did not happen.');
}
