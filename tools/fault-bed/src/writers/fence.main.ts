import { Command } from 'commander';
import { holdByFile, releaseByFile } from './fence-files.ts';

interface Options {
  file?: string;
  writer: string[];
  url: string[];
  timeout: string;
}

const collect = (value: string, all: string[]) => [...all, value];
const command = (name: string, description: string, act: (options: Options) => Promise<void>) =>
  new Command(name)
    .description(description)
    .option('--file <file>', 'the file that writers look for')
    .option('--writer <name>', 'name of a writer that looks for it; may be repeated', collect, [])
    .option('--url <url>', 'a writer that is asked over HTTP; may be repeated', collect, [])
    .option('--timeout <ms>', 'how long to wait for writers', '30000')
    .action(act);

const ask = async (urls: readonly string[], path: string, timeout: string): Promise<void> => {
  for (const url of urls) {
    const signal = AbortSignal.timeout(Number(timeout));
    const { ok, status } = await fetch(new URL(path, url), { method: 'POST', signal });
    if (!ok) throw new Error(`${url} answered ${status}.`);
  }
};

try {
  await new Command('fence')
    .description(
      'Stops writers of this bed, as the fence command of a migration; exit 0: nothing is under way.',
    )
    .addCommand(
      command('hold', 'returns when all writers hold and what was under way has landed', async (options) => {
        await ask(options.url, '/fence', options.timeout);
        if (options.file) await holdByFile(options.file, options.writer, Number(options.timeout));
      }),
    )
    .addCommand(
      command('release', 'lets writers go on', async (options) => {
        await ask(options.url, '/unfence', options.timeout);
        if (options.file) releaseByFile(options.file);
      }),
    )
    .parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
