import { ApiFixture, type Client } from './api.fixture.ts';
import { generatedOperations, type GeneratedOperation } from './generated-documents.fixture.ts';

let api: ApiFixture;
let acme: Client;
let operations: GeneratedOperation[];
beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
  operations = await generatedOperations(acme);
});
afterAll(() => api.stop());

const samples: Record<string, unknown> = { JSONCamelCase: {}, '[JSONCamelCase]': [] };
/** Only what must be given; each client adds words of its own that the operation does not declare. */
const requiredOnly = ({ variables }: GeneratedOperation) => ({
  ...Object.fromEntries(
    variables.flatMap(({ name, type }) =>
      type.endsWith('!') ? [[name, samples[type.slice(0, -1)] ?? `some ${name}`]] : [],
    ),
  ),
  updatedBy: 'generator',
});

/** What an operation says that is given nothing but its required arguments, and those of rows that do not exist. */
const refusals: Record<string, string> = {
  ...Object.fromEntries(
    [
      'agent',
      'flowSnippet',
      'promptTemplate',
      'runList',
      'toolCallList',
      'messageList',
      'fineTuningMessageList',
    ].map((name) => [name, 'argument.required']),
  ),
  ...Object.fromEntries(
    [
      'executeAskModel',
      'insertUpdateAgent',
      'insertThread',
      'insertUpdateFlowSnippet',
      'insertUpdateLlm',
    ].map((name) => [name, 'argument.required']),
  ),
  ...Object.fromEntries(
    [
      'uploadFile',
      'uploadedFile',
      'outputFile',
      'deleteUploadedFile',
      'skill',
      'skillVersionList',
      'createSkill',
      'createSkillVersion',
      'deleteSkill',
      'usageList',
    ].map((name) => [name, 'argument.invalid']),
  ),
  askModel: 'entity.notFound',
  uploadedFileList: 'entity.notFound',
  skillList: 'entity.notFound',
  cancelRun: 'entity.notFound',
  insertUpdateRun: 'entity.notFound',
  insertUpdateMessage: 'entity.notFound',
  insertUpdateToolCall: 'entity.notFound',
  insertUpdateFineTuningMessage: 'entity.notFound',
};
const expected = (name: string) =>
  refusals[name] ?? (name.startsWith('delete') ? 'entity.notFound' : 'no error');

it('documents generated from introspection answer for all 87 operations, with nothing but required variables', async () => {
  const answers: Record<string, string> = {};
  const deletions = operations.filter(({ name }) => name.startsWith('delete'));
  const others = operations.filter((operation) => !deletions.includes(operation));
  for (const operation of [...deletions, ...others]) {
    const { status, errors } = await acme(operation.document, requiredOnly(operation));
    expect([operation.name, status]).toEqual([operation.name, 200]);
    answers[operation.name] = errors?.[0]?.extensions.code ?? 'no error';
  }
  expect(answers).toEqual(Object.fromEntries(operations.map(({ name }) => [name, expected(name)])));
  expect(Object.keys(answers)).toHaveLength(87);
});
