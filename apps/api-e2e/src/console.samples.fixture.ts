import type { Models } from '@agent-engine/models';
import type { Partition } from '@agent-engine/partition';
import type { Client } from './api.fixture.ts';

/** What the console cannot create itself: an administrator seeds it. */
export async function seedForConsole(admin: Client): Promise<void> {
  const { errors } = await admin(
    `mutation ($schema: JSONCamelCase, $attributes: [JSONCamelCase], $groups: [JSONCamelCase]) {
      insertUpdateLlm(llmProvider: "openai", llmName: "gpt", moduleName: "m", className: "c", configurationSchema: $schema, updatedBy: "seed") { llm { llmName } }
      insertUpdateWizardSchema(wizardSchemaType: "form", wizardSchemaName: "formFields", attributes: $attributes, attributeGroups: $groups, updatedBy: "seed") { wizardSchema { wizardSchemaName } }
    }`,
    {
      schema: {
        type: 'object',
        required: ['max_tokens'],
        properties: { maxTokens: { type: 'integer', minimum: 1 } },
      },
      attributes: [{ name: 'title', attributeType: 'text', required: true }],
      groups: [{ name: 'general', label: 'General' }],
    },
  );
  if (errors) throw new Error(errors[0]?.message);
}

/** As the form makes it, with what the schema's row happened to bring along. */
export const contactWizard = (schema: object) => ({
  ...schema,
  wizardTitle: 'Contact',
  wizardDescription: 'Who are you?',
  wizardType: 'form',
  priority: 1,
  wizardAttributes: [{ name: 'title', value: 'Contact us' }],
  wizardElements: [
    {
      required: true,
      placeholder: 'you@example.com',
      element: {
        priority: 1,
        conditions: [],
        pattern: '',
        dataType: 'string',
        elementTitle: 'E-mail',
        attributeName: 'email',
        attributeType: 'text',
        optionValues: [],
      },
    },
  ],
});

/** What the runner leaves behind. */
export async function answered(
  models: Models,
  partition: Partition,
  threadUuid: string,
  runUuid: string,
  asyncTaskUuid: string,
): Promise<void> {
  const owner = await models.ownerOf(partition, threadUuid);
  if (!owner) throw new Error('the thread is not there');
  const said = { runUuid, updatedBy: 'runner' };
  await models.message.create(owner, { ...said, role: 'user', message: 'Where is it?' });
  await models.toolCall.create(owner, {
    ...said,
    toolType: 'function',
    name: 'find',
    arguments: '{}',
    content: 'found',
  });
  await models.message.create(owner, { ...said, role: 'assistant', message: 'On its way.' });
  await models.run.update(
    owner,
    { runUuid },
    { promptTokens: 7, completionTokens: 5, totalTokens: 12, timeSpent: 3, updatedBy: 'runner' },
  );
  await models.asyncTask.update(
    partition,
    { functionName: 'async_execute_ask_model', asyncTaskUuid },
    { status: 'completed', result: 'On its way.', updatedBy: 'runner' },
  );
}
