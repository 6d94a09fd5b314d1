import type { Wizard, WizardGroup } from '@agent-engine/entities';
import { Partition } from '@agent-engine/partition';
import { acme, dataFixture, type DataFixture, globex } from './database.fixture.ts';

let data: DataFixture;
let partition: Partition;
let count = 0;
beforeAll(async () => {
  data = await dataFixture();
});
beforeEach(() => {
  partition = Partition.of('gpt', `tenant-${++count}`);
});

const question = (attributeName: string, more = {}) => ({
  data_type: 'text',
  element_title: `What is your ${attributeName}?`,
  attribute_name: attributeName,
  attribute_type: 'string',
  ...more,
});
const form = (title: string, wizardElements: unknown = [], more = {}) => ({
  wizard_title: title,
  wizard_type: 'form',
  wizard_schema_type: 'blocks',
  wizard_schema_name: 'formFields',
  wizard_elements: wizardElements,
  ...more,
});
const save = (wizards: unknown, values = {}, scope = partition) =>
  data.models.wizardGroup.saveWithWizards(
    scope,
    { wizardGroupName: 'Onboarding', updatedBy: 'test', ...values },
    wizards,
  );
const all = { limit: 1000 };
const rows = async (scope = partition) => {
  const [groups, wizards, elements] = await Promise.all([
    data.models.wizardGroup.list(scope, all),
    data.models.wizard.list(scope, all),
    data.models.element.list(scope, all),
  ]);
  return { groups: groups.items, wizards: wizards.items, elements: elements.items };
};
const wizardsOf = async ({ wizardUuids }: WizardGroup): Promise<Wizard[]> => {
  const { wizards } = await rows();
  return wizardUuids.map((uuid) => {
    const wizard = wizards.find(({ wizardUuid }) => wizardUuid === uuid);
    if (!wizard) throw new Error('the group lists a wizard that is not there');
    return wizard;
  });
};
const elementUuids = ({ wizardElements }: Wizard) =>
  wizardElements.map((reference) => (reference as { element_uuid: string }).element_uuid);
/** Every wizard is listed by a group, and every listed one is there. */
const expectNoOrphans = async () => {
  const { groups, wizards } = await rows();
  expect(wizards.map(({ wizardUuid }) => wizardUuid).sort()).toEqual(
    groups.flatMap(({ wizardUuids }) => wizardUuids).sort(),
  );
};

describe('a group with its wizards', () => {
  it('is created in one transaction, with defaults for what is left out', async () => {
    data.calls();
    const group = await save([
      form('First', [{ element: question('name'), required: true, placeholder: 'Jo' }], {
        wizard_attributes: [{ name: 'color', value: 'red', id: 'x' }],
        created_at: 'leftover',
        attribute_groups: [],
      }),
      form('Second', [], { wizard_description: 'later', priority: 3 }),
    ]);
    expect(data.calls()).toEqual(['TransactWriteItems', 'GetItem']);
    expect(group).toMatchObject({ wizardGroupName: 'Onboarding', weight: 0, updatedBy: 'test' });
    const [first, second] = await wizardsOf(group);
    const { elements } = await rows();
    expect(elements).toEqual([
      expect.objectContaining({ attributeName: 'name', priority: 0, pattern: '', updatedBy: 'test' }),
    ]);
    expect(first).toMatchObject({
      wizardTitle: 'First',
      priority: 0,
      wizardAttributes: [{ name: 'color', value: 'red' }],
      wizardElements: [{ element_uuid: elements[0]?.elementUuid, required: true, placeholder: 'Jo' }],
      endpointId: 'gpt',
      partId: partition.partId,
    });
    expect(second).toMatchObject({ wizardDescription: 'later', priority: 3, wizardElements: [] });
  });

  it('is changed as a whole: rows named are changed, new ones added, dropped wizards deleted, their elements kept', async () => {
    const before = await save([
      form('Keep', [{ element: question('name', { priority: 2 }) }], { priority: 5 }),
      form('Drop', [{ element: question('age') }]),
    ]);
    const [kept] = await wizardsOf(before);
    if (!kept) throw new Error('no wizard');
    const [elementUuid] = elementUuids(kept);
    const after = await save(
      [
        form('New', [{ element_uuid: elementUuid, required: true }]),
        form('Kept', [{ element_uuid: elementUuid, element: question('nickname') }], {
          wizard_uuid: kept.wizardUuid,
        }),
      ],
      { wizardGroupUuid: before.wizardGroupUuid, weight: 7, updatedBy: 'other' },
    );
    expect(after).toMatchObject({
      wizardGroupUuid: before.wizardGroupUuid,
      weight: 7,
      createdAt: before.createdAt,
      wizardUuids: [expect.any(String), kept.wizardUuid],
    });
    expect(await wizardsOf(after)).toMatchObject([
      { wizardTitle: 'New', updatedBy: 'other' },
      { wizardTitle: 'Kept', priority: 5, createdAt: kept.createdAt },
    ]);
    const { wizards, elements } = await rows();
    expect(wizards).toHaveLength(2);
    expect(elements.map(({ attributeName, priority }) => [attributeName, priority]).sort()).toEqual([
      ['age', 0],
      ['nickname', 2],
    ]);
  });

  it('may lose all wizards, also some that are gone already', async () => {
    const group = await save([form('A'), form('B')]);
    await data.models.wizard.delete(partition, { wizardUuid: group.wizardUuids[0] ?? '' });
    const emptied = await save([], { wizardGroupUuid: group.wizardGroupUuid });
    expect(emptied.wizardUuids).toEqual([]);
    expect((await rows()).wizards).toEqual([]);
  });

  it('takes one element in two wizards, if both say the same about it', async () => {
    const [first] = await wizardsOf(await save([form('A', [{ element: question('name') }])]));
    const element_uuid = first && elementUuids(first)[0];
    await save([
      form('B', [{ element_uuid, element: question('city') }]),
      form('C', [{ element_uuid, element: question('city') }]),
      form('D', [{ element_uuid }]),
    ]);
    expect((await rows()).elements).toMatchObject([{ attributeName: 'city' }]);
    await expect(
      save([
        form('B', [{ element_uuid, element: question('city') }]),
        form('C', [{ element_uuid, element: question('land') }]),
      ]),
    ).rejects.toMatchObject({
      code: 'argument.invalid',
      message:
        'wizards[1].wizardElements[0].element is the same element as wizards[0].wizardElements[0], with another content.',
    });
  });
});

describe('input that cannot be saved', () => {
  const broken: [path: string, code: string, wizard: unknown][] = [
    ['wizards[1]', 'argument.invalid', null],
    ['wizards[1].wizardTitle', 'argument.required', form('x', [], { wizard_title: null })],
    ['wizards[1].wizardSchemaName', 'argument.required', form('x', [], { wizard_schema_name: undefined })],
    ['wizards[1].wizardElements', 'argument.required', form('x', null)],
    ['wizards[1].wizardElements', 'argument.invalid', form('x', {})],
    ['wizards[1].wizardElements[0]', 'argument.invalid', form('x', ['e'])],
    ['wizards[1].wizardElements[0].element', 'argument.required', form('x', [{ required: true }])],
    [
      'wizards[1].wizardElements[0].element.attributeName',
      'argument.required',
      form('x', [{ element: question('x', { attribute_name: null }) }]),
    ],
    [
      'wizards[1].wizardElements[0].element.priority',
      'argument.invalid',
      form('x', [{ element: question('x', { priority: '1' }) }]),
    ],
    ['wizards[1].priority', 'argument.invalid', form('x', [], { priority: 1.5 })],
    [
      'wizards[1].wizardAttributes[0]',
      'argument.invalid',
      form('x', [], { wizard_attributes: [{ name: 'a' }] }),
    ],
    ['wizards[1].wizardUuid', 'argument.invalid', form('x', [], { wizard_uuid: '' })],
    ['wizards[1].wizardUuid', 'entity.notFound', form('x', [], { wizard_uuid: '0'.repeat(20) })],
    [
      'wizards[1].wizardElements[0].elementUuid',
      'entity.notFound',
      form('x', [{ element_uuid: '0'.repeat(20), element: question('x') }]),
    ],
    ['wizards[1].wizardElements[0].elementUuid', 'entity.notFound', form('x', [{ element_uuid: 'nobody' }])],
    [
      'wizards[1].wizardElements[1].elementUuid',
      'argument.invalid',
      form('x', [{ element_uuid: 'a' }, { element_uuid: 'a' }]),
    ],
  ];
  it.each(broken)('names %s (%s) and writes nothing', async (argument, code, wizard) => {
    await expect(save([form('Good', [{ element: question('x') }]), wizard])).rejects.toMatchObject({
      code,
      details: { argument },
      message: expect.stringContaining(argument.replace(/\.(priority|wizardAttributes.*)$/, '')),
    });
    expect(await rows()).toEqual({ groups: [], wizards: [], elements: [] });
  });

  it('names one wizard twice', async () => {
    const group = await save([form('A')]);
    const same = form('B', [], { wizard_uuid: group.wizardUuids[0] });
    await expect(save([same, same])).rejects.toMatchObject({
      code: 'argument.invalid',
      details: { argument: 'wizards[1].wizardUuid' },
    });
  });

  it("names another tenant's group, wizard or element, which is as if it were not there", async () => {
    const theirs = await save([form('Theirs', [{ element: question('secret') }])], {}, globex);
    const before = await rows(globex);
    const [element] = before.elements;
    for (const attempt of [
      () => save([], { wizardGroupUuid: theirs.wizardGroupUuid }),
      () => save([form('x', [], { wizard_uuid: theirs.wizardUuids[0] })]),
      () => save([form('x', [{ element_uuid: element?.elementUuid, element: question('x') }])]),
      () =>
        data.models.wizardGroup.deleteWizard(
          acme,
          { wizardGroupUuid: theirs.wizardGroupUuid, wizardUuid: theirs.wizardUuids[0] ?? '' },
          {},
        ),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'entity.notFound' });
    }
    expect(await rows(globex)).toEqual(before);
    expect(await rows()).toEqual({ groups: [], wizards: [], elements: [] });
  });
});

describe('more than one transaction takes', () => {
  const many = (amount: number, more: (i: number) => object = () => ({})) =>
    Array.from({ length: amount }, (_, i) =>
      form(`Wizard ${i}`, [{ element: question(`a${i}`) }, { element: question(`b${i}`) }], more(i)),
    );

  /** Makes the nth transaction fail: before the database hears of it, or after it has done it. */
  const failing = async (nth: number, moment: 'before' | 'after', run: () => Promise<unknown>) => {
    let seen = 0;
    const name = 'failTransaction';
    data.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const isIt = commandName === 'TransactWriteItemsCommand' && ++seen === nth;
          if (isIt && moment === 'before') throw new Error('connection refused');
          const answer = await next(args);
          if (isIt) throw new Error('connection reset');
          return answer;
        },
      { step: 'initialize', name },
    );
    try {
      return await run();
    } finally {
      data.client.middlewareStack.remove(name);
    }
  };

  it('is written all the same, in order', async () => {
    const group = await save(many(50));
    expect((await wizardsOf(group)).map(({ wizardTitle }) => wizardTitle)).toEqual(
      many(50).map(({ wizard_title }) => wizard_title),
    );
    expect((await rows()).elements).toHaveLength(100);
    await expectNoOrphans();
  });

  it.each([1, 2])('leaves nothing behind when transaction %i fails', async (nth) => {
    await expect(failing(nth, 'before', () => save(many(50)))).rejects.toMatchObject({
      code: 'storage.unavailable',
    });
    expect(await rows()).toEqual({ groups: [], wizards: [], elements: [] });
  });

  it('puts changed rows back when the deciding transaction fails', async () => {
    const group = await save(many(36));
    const before = await rows();
    const wizards = await wizardsOf(group);
    const changed = [
      ...many(36, (i) => ({
        wizard_uuid: wizards[i]?.wizardUuid,
        wizard_description: 'changed',
        wizard_elements:
          wizards[i] &&
          elementUuids(wizards[i]).map((element_uuid) => ({ element_uuid, element: question('changed') })),
      })),
      form('New', [{ element: question('new') }]),
    ];
    const attempt = () => save(changed, { wizardGroupUuid: group.wizardGroupUuid });
    await expect(failing(2, 'before', attempt)).rejects.toMatchObject({ code: 'storage.unavailable' });
    expect(await rows()).toEqual(before);
    await attempt();
    expect((await rows()).elements.filter(({ attributeName }) => attributeName === 'changed')).toHaveLength(
      72,
    );
  });

  it('keeps what has happened when only the answer of the deciding transaction is lost', async () => {
    const group = await failing(2, 'after', () => save(many(50)));
    expect(await wizardsOf(group as WizardGroup)).toHaveLength(50);
    expect((await rows()).elements).toHaveLength(100);
  });

  it.each([
    ['before it counts', 2],
    ['after it counts', 3],
  ])(
    'deletes more wizards than that; what is interrupted %s is finished when asked again',
    async (_when, nth) => {
      const group = await save(Array.from({ length: 150 }, (_, i) => form(`Wizard ${i}`)));
      const attempt = () => save([form('Only')], { wizardGroupUuid: group.wizardGroupUuid });
      await expect(failing(nth, 'before', attempt)).rejects.toMatchObject({ code: 'storage.unavailable' });
      await expectNoOrphans();
      expect((await rows()).wizards).toHaveLength(nth === 2 ? 150 : 52);
      expect((await attempt()).wizardUuids).toHaveLength(1);
      expect(await rows()).toMatchObject({ wizards: [{ wizardTitle: 'Only' }] });
    },
  );
});

it('leaves neither orphans nor gaps when many save the same group at once', async () => {
  const { wizardGroupUuid } = await save([form('Start')]);
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => save([form(`A${i}`), form(`B${i}`)], { wizardGroupUuid })),
  );
  const { wizards } = await rows();
  expect(wizards).toHaveLength(2);
  await expectNoOrphans();
});

describe('a wizard taken out of its group', () => {
  const remove = (wizardGroupUuid: string, wizardUuid = '', audit = {}) =>
    data.models.wizardGroup.deleteWizard(partition, { wizardGroupUuid, wizardUuid }, audit);

  it('is deleted and unlisted in one transaction, its elements stay', async () => {
    const group = await save([form('A', [{ element: question('x') }]), form('B')]);
    const [first, second] = group.wizardUuids;
    data.calls();
    await remove(group.wizardGroupUuid, first, { updatedBy: 'other' });
    expect(data.calls()).toEqual(['GetItem', 'BatchGetItem', 'TransactWriteItems']);
    const { groups, wizards, elements } = await rows();
    expect(groups).toMatchObject([{ wizardUuids: [second], updatedBy: 'other' }]);
    expect(wizards).toMatchObject([{ wizardTitle: 'B' }]);
    expect(elements).toHaveLength(1);
  });

  it('must exist and be listed there', async () => {
    const group = await save([form('A')]);
    const other = await save([form('B')]);
    const before = await rows();
    const attempts: [Promise<void>, string][] = [
      [remove('nobody', group.wizardUuids[0]), 'There is no such wizardGroup.'],
      [remove(group.wizardGroupUuid, 'nobody'), 'There is no such wizard.'],
      [remove(group.wizardGroupUuid, other.wizardUuids[0]), 'The wizard is not in this wizardGroup.'],
    ];
    for (const [attempt, message] of attempts) {
      await expect(attempt).rejects.toMatchObject({ code: 'entity.notFound', message });
    }
    expect(await rows()).toEqual(before);
  });

  it('goes once when several take out different ones at the same time', async () => {
    const group = await save(Array.from({ length: 6 }, (_, i) => form(`W${i}`)));
    await Promise.all(group.wizardUuids.slice(1).map((uuid) => remove(group.wizardGroupUuid, uuid)));
    expect(await rows()).toMatchObject({ groups: [{ wizardUuids: [group.wizardUuids[0]] }] });
    await expectNoOrphans();
  });
});
