import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
beforeAll(async () => {
  api = await ApiFixture.start({ XML_CONVERT: 'true' });
  acme = api.as('acme');
});
afterAll(() => api.stop());

const FLOW = JSON.stringify([
  {
    id: 1,
    formData: { name: 'Greet' },
    details: [{ id: 'a', type: 'message', formData: { type: 'text', text: '2026-11-23' } }],
  },
]);
const XML = `<?xml version="1.0" ?>
<FlowSnippet>
  <Step id="1" name="Greet">
    <Text>2026-11-23</Text>
  </Step>
</FlowSnippet>
`;
const SAVE = `mutation save($version: String, $family: String, $context: String, $name: String) {
  insertUpdateFlowSnippet(flowSnippetVersionUuid: $version, flowSnippetUuid: $family, promptUuid: "p", flowName: $name, flowContext: $context, updatedBy: "x") {
    flowSnippet { flowSnippetVersionUuid flowSnippetUuid flowName flowContext }
  }
}`;
const save = async (variables: object) => {
  const { data, errors } = await acme(SAVE, { name: 'Flow', ...variables });
  return { snippet: data?.insertUpdateFlowSnippet?.flowSnippet, error: errors?.[0] };
};

it('stores flow contexts as XML on create, update and new version', async () => {
  const { snippet: created } = await save({ context: FLOW });
  expect(created.flowContext).toBe(XML);
  const { snippet: updated } = await save({ version: created.flowSnippetVersionUuid, context: '{}' });
  expect(updated.flowContext).toBe('<?xml version="1.0" ?>\n<FlowSnippet/>\n');
  const { snippet: next } = await save({ family: created.flowSnippetUuid, context: FLOW });
  expect(next).toMatchObject({ flowSnippetUuid: created.flowSnippetUuid, flowContext: XML });
});

it('converts only what is given: other changes and copies keep the stored XML', async () => {
  const { snippet: created } = await save({ context: FLOW });
  const { snippet: renamed } = await save({ version: created.flowSnippetVersionUuid, name: 'Other' });
  expect(renamed).toMatchObject({ flowName: 'Other', flowContext: XML });
  const { snippet: next } = await save({ family: created.flowSnippetUuid });
  expect(next.flowContext).toBe(XML);
});

it.each([null, '', 'null', 'Say hello.', '[1]'])(
  'refuses %j and leaves the stored one alone',
  async (context) => {
    const { snippet: created } = await save({ context: FLOW });
    const { error } = await save({ version: created.flowSnippetVersionUuid, context });
    expect(error).toMatchObject({
      message: expect.stringMatching(/^flowContext/),
      extensions: { code: 'argument.invalid', details: { argument: 'flowContext' } },
    });
    const { data } = await acme(
      `{ flowSnippet(flowSnippetVersionUuid: "${created.flowSnippetVersionUuid}") { flowContext } }`,
    );
    expect(data.flowSnippet.flowContext).toBe(XML);
  },
);
