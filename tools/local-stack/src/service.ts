import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { StackProblem } from './stack-problem.ts';
import { WORKSPACE } from './workspace.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** Who lived so long died of something else than starting: the pauses begin anew. */
const HEALTHY_AFTER_MS = 5_000;
const STOP_GRACE_MS = 6_000;

export interface ServiceOptions {
  name: string;
  /** Relative to the workspace. */
  program: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A program of the engine as a process of its own, started again whenever it ends. It notices over the IPC channel
 * when this process is gone, and then ends too.
 */
export class Service {
  private readonly options: ServiceOptions;
  private child: ChildProcess | undefined;
  private pause = FIRST_PAUSE_MS;
  private restart: NodeJS.Timeout | undefined;
  private wanted = true;

  constructor(options: ServiceOptions) {
    this.options = options;
  }

  /** Returns when the program says it is ready. @throws StackProblem when it ends before that */
  async start(): Promise<void> {
    const child = this.spawn();
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    try {
      await once(child, 'message', { signal: ended.signal });
    } catch {
      throw new StackProblem(`${this.options.name} ended before it was ready.`);
    }
    this.keepAlive(child);
  }

  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.restart);
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await gone;
    clearTimeout(insist);
  }

  private spawn(): ChildProcess {
    const { program, env } = this.options;
    const child = spawn(process.execPath, [program], {
      cwd: WORKSPACE,
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    return child;
  }

  private keepAlive(child: ChildProcess): void {
    const startedAt = Date.now();
    child.once('exit', (code, signal) => {
      if (!this.wanted) return;
      const livedMs = Date.now() - startedAt;
      this.pause = livedMs > HEALTHY_AFTER_MS ? FIRST_PAUSE_MS : Math.min(this.pause * 2, LONGEST_PAUSE_MS);
      console.log(`${this.options.name} ended (${signal ?? code}), starting it again`);
      this.restart = setTimeout(() => this.keepAlive(this.spawn()), this.pause);
    });
  }
}
