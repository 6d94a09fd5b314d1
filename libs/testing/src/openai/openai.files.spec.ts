import { OpenAI } from 'openai';
import { startOpenAiStandIn, type OpenAiStandIn } from './openai-stand-in.ts';

describe('files of the stand-in, to the provider’s own client', () => {
  let standIn: OpenAiStandIn;
  const client = (apiKey: string) => new OpenAI({ apiKey, baseURL: standIn.baseUrl, maxRetries: 0 });
  beforeAll(async () => {
    standIn = await startOpenAiStandIn();
  });
  afterAll(() => standIn.stop());

  it('are uploaded, described and read back by their account only', async () => {
    const { files } = client('sk-one');
    const file = await files.create({ file: new File(['hello'], 'ü.txt'), purpose: 'user_data' });
    expect(file).toMatchObject({ object: 'file', filename: 'ü.txt', bytes: 5, purpose: 'user_data' });
    expect(await files.retrieve(file.id)).toEqual(file);
    expect(await (await files.content(file.id)).text()).toBe('hello');
    expect(standIn.files).toMatchObject([{ id: file.id, apiKey: 'sk-one', filename: 'ü.txt' }]);
    await expect(client('sk-two').files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it('can be in containers', async () => {
    const place = { apiKey: 'sk-one', containerId: 'cntr_1' };
    const { id } = standIn.addFile({ ...place, filename: 'plot.png', content: Buffer.from('png') });
    const { containers, files } = client('sk-one');
    const named = { container_id: 'cntr_1' };
    expect(await containers.files.retrieve(id, named)).toMatchObject({
      id,
      container_id: 'cntr_1',
      path: '/mnt/data/plot.png',
    });
    expect(await (await containers.files.content.retrieve(id, named)).text()).toBe('png');
    await expect(files.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(containers.files.retrieve(id, { container_id: 'cntr_2' })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('need a key and a file', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${standIn.baseUrl}/files`, { method: 'POST', headers, body: new FormData() });
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: 'Bearer sk-one' })).status).toBe(400);
  });
});
