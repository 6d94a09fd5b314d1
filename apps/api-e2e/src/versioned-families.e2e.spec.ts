import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
});
afterAll(() => api.stop());

/** What differs between the three families; everything else is the same mechanism. */
const families = [
  ['agent', 'Agent', 'agentUuid', 'agentVersionUuid', 'agentName', 'llmProvider: "p", llmName: "n"', ''],
  [
    'flowSnippet',
    'FlowSnippet',
    'flowSnippetUuid',
    'flowSnippetVersionUuid',
    'flowName',
    'promptUuid: "p"',
    '',
  ],
  [
    'promptTemplate',
    'PromptTemplate',
    'promptUuid',
    'promptVersionUuid',
    'promptName',
    'templateContext: "t"',
    // Demanded on every call by the contract.
    'promptType: "system_prompt", templateContext: "t"',
  ],
] as const;

describe.each(families)('versions of %s', (field, type, family, version, nameOf, initial, always) => {
  type Row = Record<string, string>;
  const fields = `${family} ${version} ${nameOf} status updatedAt`;
  const save = async (values: string, name = 'Name'): Promise<Row> => {
    const given = [always, `${nameOf}: "${name}"`, values, 'updatedBy: "x"'].filter(Boolean).join(', ');
    const { data, errors } = await acme(
      `mutation { insertUpdate${type}(${given}) { ${field} { ${fields} } } }`,
    );
    expect(errors).toBeUndefined();
    return data[`insertUpdate${type}`][field];
  };
  const first = () => save(always ? '' : initial);
  const read = async (argument: string, value = ''): Promise<Row | null> =>
    (await acme(`{ ${field}(${argument}: "${value}") { ${fields} } }`)).data[field];
  const statuses = async (uuid = ''): Promise<string[]> =>
    (await acme(`{ ${field}List(${family}: "${uuid}") { ${field}List { status ${version} } } }`)).data[
      `${field}List`
    ][`${field}List`].map(({ status }: Row) => status);
  const remove = (uuid = '') => acme(`mutation { delete${type}(${version}: "${uuid}") { ok } }`);

  it('start active whatever status is asked for, under a uuid of their own', async () => {
    const row = await save([always ? '' : initial, 'status: "inactive"'].filter(Boolean).join(', '));
    expect(row.status).toBe('active');
    expect(await read(family, row[family])).toEqual(row);
    expect(await read(version, row[version])).toEqual(row);
  });

  it('are replaced by a save of the family: one active, the old one inactive', async () => {
    const one = await first();
    const two = await save(`${family}: "${one[family]}"`, 'Second');
    expect(two).toMatchObject({ [family]: one[family], [nameOf]: 'Second', status: 'active' });
    expect(two[version]).not.toBe(one[version]);
    expect((await statuses(one[family])).sort()).toEqual(['active', 'inactive']);
    expect(await read(family, one[family])).toEqual(two);
  });

  it('are changed in place by their own uuid, even with duplicate', async () => {
    const one = await first();
    const changed = await save(`${version}: "${one[version]}", duplicate: true`, 'Changed');
    expect(changed).toMatchObject({ [version]: one[version], [nameOf]: 'Changed' });
    expect(await statuses(one[family])).toEqual(['active']);
  });

  it('are duplicated into a family of its own', async () => {
    const one = await first();
    const copy = await save(`${family}: "${one[family]}", duplicate: true`, 'Copy');
    expect(copy).toMatchObject({ [nameOf]: 'Copy', status: 'active' });
    expect(copy[family]).not.toBe(one[family]);
    expect(await read(family, one[family])).toEqual(one);
  });

  it('can all be inactive: then the family has no active version, and a save starts a new one', async () => {
    const one = await first();
    await save(`${version}: "${one[version]}", status: "inactive"`);
    expect(await read(family, one[family])).toBeNull();
    const next = await save(
      [`${family}: "${one[family]}"`, always ? '' : initial].filter(Boolean).join(', '),
    );
    expect(next[family]).not.toBe(one[family]);
  });

  it('are activated again, which inactivates the others', async () => {
    const one = await first();
    const two = await save(`${family}: "${one[family]}"`);
    await save(`${version}: "${one[version]}", status: "active"`);
    expect(await read(family, one[family])).toMatchObject({ [version]: one[version] });
    expect(await read(version, two[version])).toMatchObject({ status: 'inactive' });
  });

  it('hand over to the newest inactive one when the active one is deleted', async () => {
    const one = await first();
    const two = await save(`${family}: "${one[family]}"`);
    const three = await save(`${family}: "${one[family]}"`);
    expect((await remove(three[version])).data[`delete${type}`]).toEqual({ ok: true });
    expect(await read(family, one[family])).toMatchObject({ [version]: two[version], status: 'active' });
  });

  it('of nobody are not changed, and a status that is none is refused', async () => {
    const given = [always, `${nameOf}: "n"`, 'updatedBy: "x"'].filter(Boolean).join(', ');
    const code = async (values: string) =>
      (await acme(`mutation { insertUpdate${type}(${given}, ${values}) { ${field} { status } } }`))
        .errors?.[0];
    expect((await code(`${version}: "nobody"`))?.extensions.code).toBe('entity.notFound');
    expect(await code('status: "asleep"')).toMatchObject({
      extensions: { code: 'argument.invalid', details: { argument: 'status' } },
    });
  });
});
