import { createLoaders } from '@agent-engine/loaders';
import { acme, dataFixture, type DataFixture, globex } from './database.fixture.ts';

let data: DataFixture;
beforeAll(async () => {
  data = await dataFixture();
});

async function newThread(partition = acme) {
  const { threadUuid } = await data.models.thread.create(partition, { agentUuid: 'agent-1' });
  const owner = await data.models.ownerOf(partition, threadUuid);
  if (!owner) throw new Error('the thread just created is not there');
  const { runUuid } = await data.models.run.create(owner, { updatedBy: 'x' });
  return { threadUuid, runUuid, owner };
}

describe('loaders of one operation', () => {
  it('read many rows asked for one by one in one batch, and each only once', async () => {
    const threads = await Promise.all([newThread(), newThread(), newThread()]);
    const loaders = createLoaders(data.models, acme);
    data.calls();
    const asked = [...threads, ...threads].map(({ threadUuid }) => loaders.thread.load({ threadUuid }));
    expect((await Promise.all(asked)).map((thread) => thread?.threadUuid)).toEqual(
      [...threads, ...threads].map(({ threadUuid }) => threadUuid),
    );
    expect(data.calls()).toEqual(['BatchGetItem']);
    await loaders.owner(threads[0].threadUuid);
    expect(data.calls()).toEqual([]);
  });

  it('read runs of many threads in one batch for the threads and one for the runs', async () => {
    const threads = await Promise.all([newThread(), newThread()]);
    const loaders = createLoaders(data.models, acme);
    data.calls();
    const runs = await Promise.all(
      threads.map(({ threadUuid, runUuid }) => loaders.run.load({ threadUuid, runUuid })),
    );
    expect(runs.map((run) => run?.runUuid)).toEqual(threads.map(({ runUuid }) => runUuid));
    expect(data.calls()).toEqual(['BatchGetItem', 'BatchGetItem']);
  });

  it('find nothing of another partition, by whatever way', async () => {
    const { threadUuid, runUuid, owner } = await newThread();
    await data.models.message.create(owner, { runUuid, role: 'user', message: 'm', updatedBy: 'x' });
    const theirs = createLoaders(data.models, globex);
    expect(await theirs.thread.load({ threadUuid })).toBeUndefined();
    expect(await theirs.owner(threadUuid)).toBeUndefined();
    expect(await theirs.run.load({ threadUuid, runUuid })).toBeUndefined();
    expect(await theirs.messagesOfThread.load(threadUuid)).toEqual([]);
    expect(await createLoaders(data.models, acme).messagesOfThread.load(threadUuid)).toHaveLength(1);
  });
});
