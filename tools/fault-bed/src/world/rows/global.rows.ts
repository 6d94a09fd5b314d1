import { type Item, itemOf } from '../item.ts';
import { clock } from './draw.ts';

const audit = {
  updated_by: 'operator',
  created_at: clock(Date.parse('2025-06-20')),
  updated_at: clock(Date.parse('2025-12-01')),
};

/** Rows of no tenant, which every world has. */
export const globalRows: readonly { table: string; item: Item }[] = [
  ...['openai/gpt', 'anthropic/claude', 'google/gemini'].map((name) => {
    const [llm_provider = '', llm_name = ''] = name.split('/');
    return {
      table: 'llms',
      item: itemOf({
        llm_provider,
        llm_name,
        module_name: `${llm_provider}_agent_handler`,
        class_name: 'EventHandler',
        configuration_schema: { temperature: { type: 'number', default: 1 } },
        ...audit,
      }),
    };
  }),
  {
    table: 'ui_components',
    item: itemOf({
      ui_component_type: 'form',
      ui_component_uuid: '00000000000000000001',
      tag_name: 'contact-form',
      parameters: [{ name: 'title', default: '' }],
      wait_for: null,
      ...audit,
    }),
  },
  {
    table: 'wizard_schemas',
    item: itemOf({
      wizard_schema_type: 'lead',
      wizard_schema_name: 'default',
      attributes: [{ name: 'color', attribute_type: 'text', required: false, options: [] }],
      attribute_groups: [{ name: 'look', label: 'Look' }],
      ...audit,
    }),
  },
];
