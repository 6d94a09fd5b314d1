import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { legacyTenantMapping, type WorldMapping } from '../world/mapping.ts';
import { obeyFile } from './fence-files.ts';
import { startFenceServer } from './fence-server.ts';
import { WriterSide } from './writer-side.ts';
import { Writers } from './writers.ts';

interface Options {
  endpoint?: string;
  region: string;
  side: 'source' | 'target';
  prefix: string;
  suffix: string;
  mapping?: string;
  seed: string;
  rate: string;
  log: string;
  name: string;
  share?: string;
  tenants?: string;
  tables?: string;
  fenceFile?: string;
}

const options = new Command('writer')
  .description(
    'Writes as an engine in use does, until SIGTERM. Prints one JSON line when it begins: {"url": ...}',
  )
  .option('--endpoint <url>', 'of DynamoDB')
  .option('--region <region>', 'of DynamoDB', 'us-east-1')
  .option('--side <side>', 'source: as the older engine; target: as today’s', 'source')
  .option('--prefix <prefix>', 'of table names', 'aace-')
  .option('--suffix <suffix>', 'of the tables that were copied, on the target side', '-pk')
  .option('--mapping <file>', 'JSON: { default, partitions }; default: of the bed’s five tenants')
  .option('--seed <seed>', 'what it does', '1')
  .option('--rate <n>', 'writes per second', '50')
  .requiredOption('--log <file>', 'intents and outcomes, appended')
  .option('--name <name>', 'in log and fence; another one for every run', `writer-${process.pid}`)
  .option('--share <i/n>', 'the i-th of n writers, from 0')
  .option('--tenants <keys>', 'legacy keys, comma-separated; default: those with rows')
  .option('--tables <names>', 'without prefix, comma-separated; default: all of tenants')
  .option('--fence-file <file>', 'hold while it exists')
  .parse()
  .opts<Options>();

const mapping = options.mapping
  ? (JSON.parse(readFileSync(options.mapping, 'utf8')) as WorldMapping)
  : legacyTenantMapping;
const [index = 0, of = 1] = (options.share ?? '0/1').split('/').map(Number);
const { endpoint, region, fenceFile, name } = options;
const client = new DynamoDBClient({ endpoint, region });
const writers = await Writers.start({
  client,
  at: new WriterSide(options.side, mapping, {
    tablePrefix: options.prefix,
    tenantTableSuffix: options.side === 'target' ? options.suffix : '',
  }),
  seed: options.seed,
  rate: Number(options.rate),
  log: options.log,
  name,
  share: { index, of },
  fenced: fenceFile !== undefined,
  tenants: options.tenants?.split(','),
  tables: options.tables?.split(','),
});
const disobey = fenceFile === undefined ? undefined : await obeyFile(writers.fence, fenceFile, name);
const server = await startFenceServer(writers);
process.once('SIGTERM', () => {
  void (async () => {
    await disobey?.();
    await writers.stop();
    await server.stop();
    client.destroy();
    console.log(JSON.stringify(writers.stats));
  })();
});
console.log(JSON.stringify({ url: server.url }));
