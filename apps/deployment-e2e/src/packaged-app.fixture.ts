import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const APPS = fileURLToPath(new URL('../..', import.meta.url));

/** A copy outside of the workspace, where a package that is missing would be found in the workspace's own. */
export function unpack(app: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'package-')), app);
  const source = join(APPS, app, 'package');
  try {
    execFileSync('cp', ['-al', source, folder], { stdio: 'ignore' });
  } catch {
    execFileSync('cp', ['-a', source, folder]);
  }
  return folder;
}

/** An app as its image starts it. */
export class PackagedApp {
  output = '';
  readonly process: ChildProcess;

  constructor(folder: string, args: string[], env: Record<string, string>) {
    this.process = spawn(process.execPath, args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const listen = (chunk: Buffer) => (this.output += chunk.toString());
    this.process.stdout?.on('data', listen);
    this.process.stderr?.on('data', listen);
  }

  /** What it says when it is ready. @throws Error with its output when it ends before */
  async ready(): Promise<{ port?: number }> {
    const ended = new AbortController();
    this.process.once('exit', () => ended.abort());
    try {
      const [message] = (await once(this.process, 'message', { signal: ended.signal })) as [
        { port?: number },
      ];
      return message;
    } catch {
      throw new Error(`The app ended before it was ready:\n${this.output}`);
    }
  }

  async exit(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const [code] = (await once(this.process, 'close')) as [number | null];
    return code;
  }

  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exit();
  }
}
