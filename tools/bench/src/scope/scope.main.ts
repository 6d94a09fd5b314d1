import 'reflect-metadata';
import { Partition } from '@agent-engine/partition';
import { type DocumentNode, execute, parse } from 'graphql';
import { median } from '../statistics.ts';
import { createSchemaApp } from './schema-app.ts';
import type { Operation, ScopeJob, ScopeRound, Variant } from './scope.job.ts';
import type { OperationContext } from './tenancy.ts';

/** One variant in a process of its own, so that no variant runs on code compiled for another. */
const [tenancy, width, fields] = process.argv.slice(2) as [
  Variant['tenancy'],
  Variant['width'],
  Variant['fields'],
];
const { schema, partition } = await createSchemaApp({ tenancy, width, fields });
const tenant = Partition.of('gpt', 'bench');

const documents: Record<Operation, DocumentNode> = {
  root: parse('{ owner3 }'),
  rows: parse('{ items3(count: 100) { id owner } }'),
};
const EXPECTED: Record<Operation, unknown> = {
  root: { owner3: `${tenant.key}/0` },
  rows: { items3: Array.from({ length: 100 }, (_, id) => ({ id, owner: `${tenant.key}/${id}` })) },
};

async function run({ operation, times }: ScopeJob): Promise<ScopeRound> {
  const document = documents[operation];
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    // A context per operation, as a server makes one: Nest keeps its request-scoped instances by it.
    const contextValue: OperationContext = { tenant };
    const result = await partition.run(tenant, () => execute({ schema, document, contextValue }));
    samples.push(performance.now() - start);
    if (i === 0 && JSON.stringify(result.data) !== JSON.stringify(EXPECTED[operation])) {
      throw new Error(`${tenancy} answers ${JSON.stringify(result)}`);
    }
  }
  return { medianMs: median(samples) };
}

process.on('disconnect', () => process.exit(0));
process.on('message', (job: ScopeJob) => {
  run(job).then(
    (round) => process.send?.(round),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.send?.({ type: 'ready' });
