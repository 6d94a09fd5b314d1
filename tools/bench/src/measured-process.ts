import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for every program, whatever the kernel's own clock. */
const MS_PER_TICK = 10;
/** Fields of /proc/PID/stat after the name, which may itself hold blanks: man 5 proc. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** A server in a process of its own, seen from outside as an operator sees it: no probe runs inside. */
export class MeasuredProcess {
  readonly child: ChildProcess;
  /** Where it listens, if it told. */
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  /** Returns when the program says over IPC that it is ready. @throws Error when it ends before that */
  static async start(
    program: string,
    env: NodeJS.ProcessEnv,
    args: readonly string[] = [],
  ): Promise<MeasuredProcess> {
    const child = fork(program, args, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    try {
      const [message] = (await once(child, 'message', { signal: ended.signal })) as [{ port?: number }];
      return new MeasuredProcess(child, message.port ?? 0);
    } catch (cause) {
      throw new Error(`${program} ended before it was ready.`, { cause });
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** User and system time of all its threads since it began. */
  cpuMs(): number {
    const stat = this.proc('stat');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * MS_PER_TICK;
  }

  rssMb(): number {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(this.proc('status')) ?? [];
    return Number(kilobytes) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }

  private proc(file: string): string {
    return readFileSync(`/proc/${this.child.pid}/${file}`, 'utf8');
  }
}
