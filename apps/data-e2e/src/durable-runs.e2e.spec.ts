import { newUuid, Owner } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import { acme, type DataFixture, dataFixture, globex } from './database.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

/** Of two partitions, threads of the same name: what a client who chooses ids can bring about. */
async function ownerIn(partition: Partition, threadUuid = newUuid()): Promise<Owner> {
  const thread = await data.models.thread.create(partition, { threadUuid, agentUuid: 'agent' });
  return Owner.of(partition, thread);
}

describe('the lease on a run', () => {
  const lease = (leaseOwner: string, leaseMs = 60_000, runUuid = 'run') => ({ runUuid, leaseOwner, leaseMs });

  it('is given to one of any number who want it at once, and counts only that one', async () => {
    const owner = await ownerIn(acme);
    const wanted = Array.from({ length: 20 }, (_, i) =>
      data.models.runState.acquire(owner, lease(`runner ${i}`)),
    );
    const given = (await Promise.all(wanted)).filter((state) => state !== undefined);
    expect(given).toMatchObject([{ attempts: 1, workedMs: 0, cancelled: null, partitionKey: acme.key }]);
  });

  it('passes on when it has run out or was released, and then cannot be renewed or released by the former', async () => {
    const { runState } = data.models;
    const owner = await ownerIn(acme);
    await runState.acquire(owner, lease('first', 1));
    const second = await runState.acquire(owner, lease('second'));
    expect(second).toMatchObject({ attempts: 2, leaseOwner: 'second' });
    expect(await runState.renew(owner, lease('first'), 7)).toBeUndefined();
    await runState.release(owner, lease('first'), { workedMs: 7, isTold: false });
    expect(await runState.acquire(owner, lease('third'))).toBeUndefined();

    expect(await runState.renew(owner, lease('second'), 1_234)).toMatchObject({ workedMs: 1_234 });
    await runState.release(owner, lease('second'), { workedMs: 2_000, isTold: false });
    expect(await runState.acquire(owner, lease('third'))).toMatchObject({ attempts: 3, workedMs: 2_000 });
  });

  it('tells whoever holds it, and whoever comes next, that the run shall end', async () => {
    const { runState } = data.models;
    const owner = await ownerIn(acme);
    expect(await runState.cancel(owner, 'run', 'gone')).toMatchObject({ attempts: 0, cancelled: 'gone' });
    expect(await runState.acquire(owner, lease('first'))).toMatchObject({ attempts: 1, cancelled: 'gone' });
    await runState.cancel(owner, 'run', 'asked');
    await runState.cancel(owner, 'run', 'gone');
    expect(await runState.renew(owner, lease('first'), 1)).toMatchObject({ cancelled: 'asked' });
  });

  it("is another tenant's under the same ids: it can neither be taken, cancelled nor read", async () => {
    const { runState } = data.models;
    const theirs = await ownerIn(globex);
    const ours = await ownerIn(acme, theirs.threadUuid);
    await runState.acquire(theirs, lease('theirs', 1));
    expect(await runState.acquire(ours, lease('ours'))).toBeUndefined();
    expect(await runState.cancel(ours, 'run', 'asked')).toBeUndefined();
    expect(await runState.get(ours, { runUuid: 'run' })).toBeUndefined();
    expect(await runState.get(theirs, { runUuid: 'run' })).toMatchObject({ cancelled: null });
  });
});

describe('the journal of a run', () => {
  const first = { runUuid: 'run', attempt: 1 };
  const second = { runUuid: 'run', attempt: 2 };

  it('gives back what is finished, of any length and with any characters, and not what was only asked for', async () => {
    const { journal } = data.models;
    const owner = await ownerIn(acme);
    const long = '😀é'.repeat(300_000);
    await journal.requested(owner, first, 'step-000');
    await journal.finished(owner, first, 'step-000', long);
    await journal.requested(owner, first, 'step-000.call-000');
    await journal.finished(owner, { ...first, runUuid: 'run2' }, 'step-000', '"of another run"');
    const entries = await journal.entries(owner, 'run');
    expect([...entries.keys()]).toEqual(['step-000']);
    expect(entries.get('step-000')?.content === long).toBe(true);
  });

  it('keeps the first of two outcomes whole, and lets the second attempt know that it came too late', async () => {
    const { journal } = data.models;
    const owner = await ownerIn(acme);
    const [one, other] = ['1', '2'].map((digit) => digit.repeat(250_000));
    expect(await journal.finished(owner, first, 'step-000', one ?? '')).toBe(true);
    expect(await journal.finished(owner, first, 'step-000', one ?? '')).toBe(true);
    expect(await journal.finished(owner, second, 'step-000', other ?? '')).toBe(false);
    expect((await journal.entries(owner, 'run')).get('step-000')?.content === one).toBe(true);
  });

  it.each(['run#step-000', 'r'.repeat(1024), 'Lauf 1 ü'])(
    'does not take a run for another, whatever clients call it',
    async (runUuid) => {
      const { journal } = data.models;
      const owner = await ownerIn(acme);
      await journal.finished(owner, { runUuid, attempt: 1 }, 'step-000', '1');
      expect(await journal.entries(owner, 'run')).toEqual(new Map());
      expect(await journal.entries(owner, runUuid)).toEqual(
        new Map([['step-000', { content: '1', attempt: 1 }]]),
      );
    },
  );

  it("does not show another tenant's under the same ids", async () => {
    const { journal } = data.models;
    const theirs = await ownerIn(globex);
    const ours = await ownerIn(acme, theirs.threadUuid);
    await journal.finished(theirs, first, 'step-000', '"secret"');
    expect(await journal.entries(ours, 'run')).toEqual(new Map());
    expect(await journal.finished(ours, first, 'step-000', '"secret"')).toBe(false);
  });

  it('expires', async () => {
    const owner = await ownerIn(acme);
    await data.models.journal.finished(owner, first, 'step-000', '1');
    const row = await data.models.journal.get(owner, { position: 'run#step-000#finished' });
    const days = ((row?.expiresAt ?? 0) - Date.now() / 1_000) / 86_400;
    expect(days).toBeGreaterThan(6);
    expect(days).toBeLessThan(8);
  });
});
