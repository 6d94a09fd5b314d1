import { Pool } from 'undici';
import type { LoadJob, LoadRound } from './load.job.ts';

/** In a process of its own: the load must not be slowed by what measures it, nor by the servers. */
process.on('disconnect', () => process.exit(0));
process.on('message', (job: LoadJob) => {
  run(job).then(
    (round) => process.send?.(round),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
process.send?.({});

const pools = new Map<string, Pool>();

async function run(job: LoadJob): Promise<LoadRound> {
  const { url, requests, connections } = job;
  const pool = pools.get(url) ?? new Pool(url, { connections });
  pools.set(url, pool);
  const latenciesMs: number[] = [];
  let sent = 0;
  let answer = '';
  const begin = performance.now();
  const client = async () => {
    while (sent++ < requests) {
      const start = performance.now();
      const text = await send(pool, job);
      latenciesMs.push(performance.now() - start);
      if (answer !== '' && text.length !== answer.length)
        throw new Error(`Answers differ: ${text.slice(0, 300)}`);
      answer = text;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { seconds: (performance.now() - begin) / 1000, latenciesMs, answer };
}

async function send(pool: Pool, { path, headers, body }: LoadJob): Promise<string> {
  const response = await pool.request({ method: 'POST', path, headers, body });
  const text = await response.body.text();
  if (response.statusCode !== 200 || text.startsWith('{"errors"')) {
    throw new Error(`HTTP ${response.statusCode}: ${text.slice(0, 300)}`);
  }
  return text;
}
