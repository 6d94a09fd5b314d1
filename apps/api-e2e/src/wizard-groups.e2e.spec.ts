import { ApiFixture, type Client } from './api.fixture.ts';

let api: ApiFixture;
let acme: Client;
beforeAll(async () => {
  api = await ApiFixture.start();
  acme = api.withKey('acme');
});
afterAll(() => api.stop());

// As the console words it.
const SAVE = `mutation insertUpdateWizardGroupWithWizards($wizardGroupUuid: String, $wizardGroupName: String!, $wizardGroupDescription: String, $weight: Int, $wizards: [JSONCamelCase]!, $updatedBy: String!) {
  insertUpdateWizardGroupWithWizards(wizardGroupUuid: $wizardGroupUuid, wizardGroupName: $wizardGroupName, wizardGroupDescription: $wizardGroupDescription, weight: $weight, wizards: $wizards, updatedBy: $updatedBy) {
    wizardGroup { wizardGroupUuid wizardGroupName weight wizardUuids wizards wizardItems { wizardUuid wizardTitle wizardAttributes wizardElements } updatedBy }
  }
}`;
const DELETE = `mutation delete($wizardUuid: String!, $wizardGroupUuid: String!) {
  deleteWizardFromWizardGroup(wizardUuid: $wizardUuid, wizardGroupUuid: $wizardGroupUuid) { ok }
}`;
const block = (wizardTitle: string, more = {}) => ({
  wizardTitle,
  wizardDescription: '',
  wizardType: 'form',
  wizardSchemaType: 'blocks',
  wizardSchemaName: 'formFields',
  priority: 1,
  wizardAttributes: [{ name: 'color', value: 'red' }],
  wizardElements: [
    {
      required: true,
      placeholder: 'Jo',
      element: {
        priority: 1,
        conditions: [],
        pattern: '',
        dataType: 'text',
        elementTitle: 'Name?',
        attributeName: 'name',
        attributeType: 'string',
        optionValues: [{ optionLabel: 'A' }],
      },
    },
  ],
  attributes: [{ name: 'left over' }],
  wizardSchemaDescription: 'left over',
  updatedAt: '2026-01-01T00:00:00',
  updatedBy: 'somebody',
  ...more,
});
const save = async (variables: object, client = acme) => {
  const { data, errors } = await client(SAVE, {
    wizardGroupName: 'Onboarding',
    updatedBy: 'acme',
    ...variables,
  });
  return { group: data?.insertUpdateWizardGroupWithWizards?.wizardGroup, error: errors?.[0] };
};

it('saves a group with wizards as the console sends them, and again as it shows them', async () => {
  const { group } = await save({ wizards: [block('A'), block('B')] });
  expect(group).toMatchObject({ weight: 0, updatedBy: 'acme' });
  expect(group.wizardItems).toMatchObject([
    {
      wizardTitle: 'A',
      wizardAttributes: [{ name: 'color', value: 'red' }],
      wizardElements: [
        { required: true, placeholder: 'Jo', element: { priority: 1, optionValues: [{ optionLabel: 'A' }] } },
      ],
    },
    { wizardTitle: 'B' },
  ]);
  const shown = group.wizards.map((wizard: { wizardElements: { element: { elementUuid: string } }[] }) => ({
    ...wizard,
    wizardElements: wizard.wizardElements.map((entry) => ({
      ...entry,
      elementUuid: entry.element.elementUuid,
    })),
  }));
  const { group: again } = await save({ wizardGroupUuid: group.wizardGroupUuid, wizards: shown.slice(1) });
  expect(again.wizardUuids).toEqual([group.wizardUuids[1]]);
  expect(again.wizardItems[0].wizardElements).toMatchObject([
    { required: true, element: { elementUuid: shown[1].wizardElements[0].elementUuid } },
  ]);
  const { data } = await acme(`{ wizard(wizardUuid: "${group.wizardUuids[0]}") { wizardUuid } }`);
  expect(data.wizard).toBeNull();
});

it('says where in the JSON something is wrong, in the names the client uses', async () => {
  const { error } = await save({ wizards: [block('A'), block('B', { wizardTitle: undefined })] });
  expect(error).toMatchObject({
    message: 'wizards[1].wizardTitle is required.',
    extensions: { code: 'argument.required', details: { argument: 'wizards[1].wizardTitle' } },
  });
  expect((await save({ wizards: [null] })).error?.extensions.code).toBe('argument.invalid');
});

it('takes a wizard out of its group; another tenant cannot, and learns nothing', async () => {
  const { group } = await save({ wizards: [block('A'), block('B')] });
  const { wizardGroupUuid, wizardUuids } = group;
  const key = { wizardGroupUuid, wizardUuid: wizardUuids[0] };
  const foreign = await api.withKey('globex')(DELETE, key);
  const missing = await acme(DELETE, { ...key, wizardGroupUuid: '0'.repeat(20) });
  expect(foreign.errors?.[0]?.extensions.code).toBe('entity.notFound');
  expect(foreign.errors?.[0]?.message).toBe(missing.errors?.[0]?.message);

  expect((await acme(DELETE, key)).data).toEqual({ deleteWizardFromWizardGroup: { ok: true } });
  const { data } = await acme(
    `{ wizardGroup(wizardGroupUuid: "${wizardGroupUuid}") { wizardUuids updatedBy } }`,
  );
  expect(data.wizardGroup).toEqual({ wizardUuids: [wizardUuids[1]], updatedBy: 'acme' });
  expect((await acme(DELETE, key)).errors?.[0]?.extensions.code).toBe('entity.notFound');
});

it('shows whole rows inside JSON as their types show them: times as clients know them, nothing for operators only', async () => {
  const { data } = await acme(SAVE, { wizardGroupName: 'Shown', wizards: [block('One')], updatedBy: 'acme' });
  const shown = JSON.stringify(data.insertUpdateWizardGroupWithWizards.wizardGroup);
  expect(shown).toMatch(/"createdAt":"\d{4}-\d\d-\d\dT[\d:.]+"/);
  expect(shown).not.toMatch(/updatedSubject|\+0000/);
});
