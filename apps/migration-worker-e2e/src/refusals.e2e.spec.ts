import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CONTROL_TABLE, controlUnits } from './bed/control-units.ts';
import { MigrationBed } from './bed/migration-bed.ts';

let bed: MigrationBed;
afterEach(() => bed.close());

const caughtUp = async (seed: string) => {
  bed = await MigrationBed.open({ seed, rows: 40, tables: ['agents', 'threads'] });
  await bed.mustRun('run', '--until', 'caught-up');
};

describe('a switch', () => {
  it('does not begin while a row is unaccounted for, or when the fence does not hold', async () => {
    await caughtUp('refused');
    const { client } = bed.database;
    const unit = (await controlUnits(bed)).find(({ kind }) => kind === 'copy');
    const count = (by: number) =>
      client.send(
        new UpdateItemCommand({
          TableName: CONTROL_TABLE,
          Key: { migration_id: { S: 'bed' }, item: { S: unit?.item ?? '' } },
          UpdateExpression: 'ADD scanned :by',
          ExpressionAttributeValues: { ':by': { N: String(by) } },
        }),
      );
    await count(1);
    expect(await bed.run('cutover')).toMatchObject({
      code: 5,
      err: expect.stringContaining('counts do not add up'),
    });
    await count(-1);
    await bed.configure({ command: 'exit 3', unfence: 'true' });
    expect(await bed.run('cutover')).toMatchObject({
      code: 5,
      err: expect.stringContaining('The fence command failed (exit code 3)'),
    });
    // Nobody has registered who would obey the route: it would stop no one.
    await bed.configure({ route: true });
    expect(await bed.run('cutover')).toMatchObject({ code: 5, err: expect.stringContaining('registered') });
    expect(await bed.status()).toMatchObject({ state: 'VERIFIED' });
  }, 180_000);

  it('back is refused while it would lose what was written since, until that is accepted', async () => {
    await caughtUp('lossy');
    await bed.mustRun('cutover');
    const row = bed.initial.find(({ table }) => table === 'threads');
    const item = {
      ...row?.item,
      partition_key: { S: 'openai#newcomer' },
      endpoint_id: { S: 'openai' },
      part_id: { S: 'newcomer' },
    };
    await bed.database.client.send(new PutItemCommand({ TableName: 'aace-threads-pk', Item: item }));
    const running = bed.start('run');
    await bed.until(({ rollback }) => rollback.status === 'lossy', running);
    running.child.kill('SIGTERM');
    await bed.mustEnd('run', running.exit);
    expect(await bed.run('rollback')).toMatchObject({ code: 8, err: expect.stringContaining('threads') });
    await bed.mustRun('rollback', '--accept-loss');
    expect(await bed.status()).toMatchObject({ state: 'CATCHING_UP' });

    // The way on: what stayed behind is too much over there, until somebody takes it away.
    expect(await bed.ask('run', '--until', 'caught-up')).toMatchObject({ code: 4 });
    expect(JSON.parse((await bed.ask('verify', '--repair', '--json')).out)).toMatchObject({
      clean: true,
      byKind: { missing: 0, extra: 1, different: 0 },
      repaired: 1,
    });
    expect(await bed.ask('run', '--until', 'caught-up')).toMatchObject({ code: 0 });
    expect(await bed.judge('target')).toBeUndefined();
    expect(await bed.status()).toMatchObject({ state: 'VERIFIED', quarantine: 0 });
  }, 180_000);
});

it('a writer left behind on the older tables after a cutover is noticed, and blocks the way back until it is settled', async () => {
  await caughtUp('stray');
  await bed.mustRun('cutover');
  const row = bed.initial.find(({ table }) => table === 'agents');
  if (!row) throw new Error('There are no agents.');
  const item = { ...row.item, agent_name: { S: 'nobody sees me' } };
  await bed.database.client.send(new PutItemCommand({ TableName: 'aace-agents', Item: item }));
  const running = bed.start('run');
  await bed.until(({ quarantine }) => quarantine === 1, running);
  running.child.kill('SIGTERM');
  await bed.mustEnd('run', running.exit);
  const { entries } = JSON.parse((await bed.ask('quarantine', 'list', '--json')).out);
  expect(entries).toMatchObject([
    {
      table: 'agents',
      key: { endpoint_id: row.item.endpoint_id?.S, agent_version_uuid: row.item.agent_version_uuid?.S },
      reason: 'A writer wrote it in aace-agents after the cutover.',
    },
  ]);
  expect(await bed.run('rollback')).toMatchObject({ code: 5, err: expect.stringContaining('quarantine') });
  // Here the newer side is right.
  await bed.mustRun('verify', '--repair');
  await bed.mustRun('rollback');
  expect(await bed.judge('source')).toBeUndefined();
}, 180_000);
