import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WORKSPACE } from '@agent-engine/local-stack';
import { DemoProblem } from './demo-problem.ts';
import { tell, typed } from './narrator.ts';
import { type Stage, stageEnvironment } from './stage.ts';

/** The exit code of a switch that was called off. */
const CALLED_OFF = 5;

export interface RunEvent {
  event: string;
  [fact: string]: unknown;
}

/** The command of the migration worker, as a person would run it. */
export class Migrate {
  private readonly stage: Stage;
  private readonly file: string;

  constructor(stage: Stage, file: string) {
    this.stage = stage;
    this.file = file;
  }

  /** @returns the command's one JSON object. @throws DemoProblem for an exit code other than 0 */
  async json<T>(command: string, ...options: string[]): Promise<T> {
    const { code, out, err } = await this.answer(command, options);
    if (code !== 0) throw this.problem(command, code, err + out);
    return JSON.parse(out) as T;
  }

  /** A cutover or rollback; on a busy machine it may take longer than writers are to wait, and is called off. */
  async switchOver(command: 'cutover' | 'rollback'): Promise<{ writeGapMs: number }> {
    for (const budget of ['10s', '30s']) {
      const { code, out, err } = await this.answer(command, ['--budget', budget]);
      if (code === 0) return JSON.parse(out) as { writeGapMs: number };
      if (code !== CALLED_OFF) throw this.problem(command, code, err);
      tell(`Exit ${CALLED_OFF}: ${err.trim().split('\n').at(-1)} Once more.`);
    }
    return this.json(command, '--budget', '120s');
  }

  private problem(command: string, code: number | null, said: string): DemoProblem {
    return new DemoProblem(`\`migrate ${command}\` ended with ${code}: ${said}`);
  }

  private async answer(
    command: string,
    options: readonly string[],
  ): Promise<{ code: number | null; out: string; err: string }> {
    typed(['npm run --silent migrate --', command, '--config', 'migration.yaml', ...options].join(' '));
    const child = await this.start([command, ...options, '--json']);
    let [out, err] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    await once(child, 'close');
    return { code: child.exitCode, out, err };
  }

  /** `run` in the background. */
  async run(onEvent: (event: RunEvent) => void): Promise<{ stop(): Promise<void> }> {
    typed('npm run --silent migrate -- run --config migration.yaml &');
    const child = await this.start(['run']);
    let err = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (err = (err + chunk).slice(-4_000)));
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => onEvent(JSON.parse(line) as RunEvent));
    const ended = once(child, 'close').then(() => {
      if (child.exitCode !== 0 && !this.stage.isClosing)
        onEvent({ event: 'failed', message: `\`migrate run\` ended with ${child.exitCode}: ${err}` });
    });
    return {
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }

  private async start(args: readonly string[]): Promise<ChildProcess> {
    this.stage.signal.throwIfAborted();
    // As `npm run migrate` and the image do: rows are garbage as soon as they are copied.
    const program = [
      '--max-semi-space-size=8',
      '--conditions=@agent-engine/source',
      'apps/migration-worker/src/main.ts',
    ];
    const child = spawn(process.execPath, [...program, ...args, '--config', this.file], {
      cwd: WORKSPACE,
      env: stageEnvironment({}),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not after exit() either.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    await this.stage.atEnd(`migrate ${args[0]}`, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const insist = setTimeout(kill, 10_000);
      await gone;
      clearTimeout(insist);
    });
    return child;
  }
}
