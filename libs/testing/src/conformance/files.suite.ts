import type { ProviderFile } from '@agent-engine/agent-handlers';
import { type HandlerSetup, HandlerUnderTest, type ProviderEnd } from './handler-under-test.ts';

/** A handler whose provider keeps files. */
export interface FilesCase<Server extends ProviderEnd = ProviderEnd> extends HandlerSetup<Server> {
  name: string;
  /** What the provider says of `a "ü".txt`, a text of five bytes. */
  detail: object;
  /** Whether uploads can be read back. */
  givesBack: boolean;
  /** Puts a file where a run would, in the account of the key `own`. */
  makeOutput(server: Server, content: Buffer): { containerId: string; fileId: string };
  /** The paths of the files of all versions of all skills at the server. Absent: the provider has none. */
  skillPaths?(server: Server): string[][][];
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const file = { filename: 'a "ü".txt', mediaType: 'text/plain', content: bytes('hello') };
const folder = [
  { path: 'chart/SKILL.md', content: bytes('---\nname: chart\n---') },
  { path: 'chart/run.py', content: bytes('print(1)') },
];
const encoded = (content: Buffer) => content.toString('base64');

/** What a handler does with files at its provider, and with skills where there are such. */
export const describeFiles = <Server extends ProviderEnd>(filesCase: FilesCase<Server>): void =>
  describe(`${filesCase.name}: files`, () => {
    let test: HandlerUnderTest<Server>;
    beforeAll(async () => {
      test = await HandlerUnderTest.start(filesCase);
    });
    afterAll(() => test.stop());

    const files = () => test.handler.files!;
    const skills = () => test.handler.skills!;
    const own = () => test.configured({ api_key: 'own' });
    const idsOf = async (list: AsyncIterable<{ id: string }>) => {
      const ids: string[] = [];
      for await (const { id } of list) ids.push(id);
      return ids;
    };
    const missing = { code: 'provider.notFound' };

    it('are uploaded, described, listed page by page and deleted in the agent’s own account', async () => {
      const uploads: ProviderFile[] = [];
      for (let i = 0; i < 5; i++) uploads.push(await files().upload(own(), file));
      const [first] = uploads as [ProviderFile];
      expect(first.detail).toMatchObject(filesCase.detail);
      expect(await files().get(own(), { id: first.id, withContent: false })).toEqual(first);
      const ids = uploads.map(({ id }) => id);
      expect(await idsOf(files().list(own(), {}))).toEqual(ids.toReversed());
      expect(await idsOf(files().list(test.configured(), {}))).toEqual([]);
      await files().delete(own(), first.id);
      expect(await idsOf(files().list(own(), {}))).toEqual(ids.slice(1).toReversed());
      for (const id of [first.id, '../models', 'a/../b?c']) {
        await expect(files().get(own(), { id, withContent: false })).rejects.toMatchObject(missing);
        await expect(files().delete(own(), id)).rejects.toMatchObject(missing);
      }
    });

    it('come back when a run has made them', async () => {
      const content = Buffer.from('picture');
      const made = filesCase.makeOutput(test.server, content);
      const output = await files().output(own(), { ...made, withContent: true });
      expect(output).toMatchObject({ id: made.fileId, detail: { encoded_content: encoded(content) } });
      const described = await files().output(own(), { ...made, withContent: false });
      expect(described.detail).not.toHaveProperty('encoded_content');
      await expect(files().output(test.configured(), { ...made, withContent: true })).rejects.toMatchObject(
        missing,
      );
    });

    it(`come back when an agent has uploaded them: ${filesCase.givesBack}`, async () => {
      const { id } = await files().upload(own(), file);
      const read = files().get(own(), { id, withContent: true });
      if (!filesCase.givesBack) return expect(read).rejects.toMatchObject({ code: 'provider.refused' });
      expect((await read).detail).toMatchObject({ encoded_content: encoded(Buffer.from('hello')) });
    });

    it('are shared with other tenants only in the operator’s account', () => {
      for (const port of [test.handler.files, test.handler.skills]) {
        if (!port) continue;
        const shared = [{}, { api_key: 'own' }, { base_url: 'https://a.example' }].map((given) =>
          port.isShared(test.configured(given)),
        );
        expect(shared).toEqual([true, false, false]);
      }
    });

    it('never leave for a server inside', async () => {
      const inside = test.configured({ base_url: 'http://169.254.169.254/', api_key: 'own' });
      await expect(files().upload(inside, file)).rejects.toMatchObject({ code: 'egress.forbidden' });
      await expect(idsOf(files().list(inside, {}))).rejects.toMatchObject({ code: 'egress.forbidden' });
    });

    const skillPaths = filesCase.skillPaths?.bind(filesCase);
    if (!skillPaths) return;

    it('make skills, which get versions, are listed and go in the agent’s own account', async () => {
      const { id } = await skills().create(own(), { title: 'Charts', files: folder });
      const paths = folder.map(({ path }) => path);
      expect(skillPaths(test.server)).toEqual([[paths]]);
      expect(await skills().get(own(), id)).toMatchObject({ id });
      const second = await skills().addVersion(own(), id, folder);
      const third = await skills().addVersion(own(), id, folder.slice(0, 1));
      expect(skillPaths(test.server)).toEqual([[paths, paths, paths.slice(0, 1)]]);
      const [newest, middle, oldest] = await idsOf(skills().versions(own(), id));
      expect([newest, middle]).toEqual([third.id, second.id]);
      expect(oldest).toBeDefined();
      await skills().deleteVersion(own(), id, second.id);
      expect(await idsOf(skills().versions(own(), id))).toEqual([third.id, oldest]);
      const others = [
        await skills().create(own(), { files: folder }),
        await skills().create(own(), { files: folder }),
      ];
      expect(await idsOf(skills().list(own()))).toEqual([others[1]?.id, others[0]?.id, id]);
      expect(await idsOf(skills().list(test.configured({ api_key: 'other' })))).toEqual([]);
      for (const gone of [id, ...others.map((other) => other.id)]) await skills().delete(own(), gone);
      expect(await idsOf(skills().list(own()))).toEqual([]);
      await expect(skills().get(own(), id)).rejects.toMatchObject(missing);
      await expect(skills().delete(own(), '../files')).rejects.toMatchObject(missing);
    });

    it('make no skill without their SKILL.md', async () => {
      await expect(skills().create(own(), { files: folder.slice(1) })).rejects.toMatchObject({
        code: 'provider.refused',
      });
    });
  });
