import { number } from '../item.ts';
import { type Draw, remember } from './draw.ts';
import type { Values } from './row-maker.ts';

const audit = (draw: Draw) => ({
  updated_by: draw.by(),
  created_at: draw.created(),
  updated_at: draw.updated(),
});

export function elementRow(draw: Draw): Values {
  const { random } = draw;
  return {
    element_uuid: remember(draw.family.elements, draw.key()),
    data_type: random.pick(['string', 'number', 'select']),
    element_title: draw.prose(30),
    priority: random.chance(0.9) ? number(random.pick(['0', '1', '1.0', '-7', '1e2'])) : undefined,
    attribute_name: `field_${random.int(1, 80)}`,
    attribute_type: 'text',
    option_values: [
      { label: 'Yes', value: 'yes' },
      { label: '', value: null },
    ],
    conditions: [{ [draw.inner('element_uuid')]: draw.key(), operator: '>=', threshold: number('0.10') }],
    pattern: draw.since('2025-11-18') ? random.pick(['', '^\\d+$']) : undefined,
    ...audit(draw),
  };
}

export function wizardRow(draw: Draw): Values {
  const { random, family } = draw;
  const elements = family.elements.slice(-3);
  const shape = draw.since('2025-10-13')
    ? {
        wizard_schema_type: 'lead',
        wizard_schema_name: 'default',
        wizard_attributes: [{ name: 'color', value: random.pick(['', 'blue']) }],
        wizard_elements: elements.map((element_uuid) => ({
          element_uuid,
          required: false,
          placeholder: null,
        })),
      }
    : { form_schema: { [draw.inner('field_order')]: [1, 2, 3] }, element_uuids: elements };
  return {
    wizard_uuid: remember(family.wizards, draw.key()),
    wizard_title: draw.prose(24),
    wizard_description: draw.maybe(() => draw.prose(120)),
    wizard_type: random.pick(['lead', 'survey']),
    ...shape,
    priority: random.int(0, 10),
    ...audit(draw),
  };
}

export function wizardGroupRow(draw: Draw): Values {
  return {
    wizard_group_uuid: remember(draw.family.groups, draw.key()),
    wizard_group_name: draw.prose(20),
    wizard_group_description: draw.maybe(() => draw.prose(90)),
    weight: draw.random.int(0, 100),
    wizard_uuids: draw.family.wizards.slice(-5),
    ...audit(draw),
  };
}

export function wizardGroupFilterRow(draw: Draw): Values {
  return {
    wizard_group_filter_uuid: draw.key(),
    wizard_group_filter_name: draw.prose(18),
    wizard_group_filter_description: draw.maybe(() => draw.prose(70)),
    region: draw.random.pick(['emea', 'apac', 'amer']),
    criteria: { [draw.inner('min_age')]: 18, tags: ['a', 'b'], nested: { deep: { deeper: number('1.00') } } },
    weight: number(draw.random.pick(['0', '0.5', '17.0'])),
    wizard_group_uuid: draw.family.groups.at(-1),
    ...audit(draw),
  };
}
