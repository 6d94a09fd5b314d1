import type { ApiFixture } from './api.fixture.ts';

/** Shorthands of the console's own documents. */
const agentFields =
  'partitionKey agentVersionUuid agentUuid agentName agentDescription llmProvider llmName instructions configuration variables numOfMessages toolCallRole flowSnippetVersionUuid mcpServerUuids status updatedBy createdAt updatedAt';
const flowFields =
  'flowSnippetVersionUuid flowSnippetUuid promptUuid flowName status updatedBy createdAt updatedAt';
const promptFields =
  'promptVersionUuid promptUuid promptType promptName promptDescription templateContext variables status updatedBy createdAt updatedAt';
const wizardFields =
  'wizardUuid wizardTitle wizardDescription wizardType priority wizardSchemaType wizardSchemaName wizardAttributes wizardElements wizardSchema { wizardSchemaType wizardSchemaName attributes attributeGroups }';
const paging = '$pageNumber: Int, $limit: Int';
const page = 'pageNumber: $pageNumber, limit: $limit';

/** The console's operations by name: each document names its operation after its one root field. */
export const documents = [
  `query agentList(${paging}, $statuses: [String], $agentName: String) { agentList(${page}, statuses: $statuses, agentName: $agentName) { pageSize pageNumber total agentList { ${agentFields} } } }`,
  `query agent($agentUuid: String, $agentVersionUuid: String) {
    agent(agentUuid: $agentUuid, agentVersionUuid: $agentVersionUuid) {
      # the agent and what it is made of
      ${agentFields}
      llm { llmProvider llmName configurationSchema }
      mcpServers { mcpServerUuid mcpLabel tools }
      # flowSnippet { flowContext }
      flowSnippet { ${flowFields} promptTemplate { promptUuid promptName } }
    }
  }`,
  `mutation insertUpdateAgent($agentVersionUuid: String, $agentUuid: String, $agentName: String, $agentDescription: String, $llmProvider: String, $llmName: String, $instructions: String, $configuration: JSONCamelCase, $mcpServerUuids: [String], $variables: [JSONCamelCase], $numOfMessages: Int, $toolCallRole: String, $flowSnippetVersionUuid: String, $status: String, $duplicate: Boolean, $updatedBy: String!) { insertUpdateAgent(agentVersionUuid: $agentVersionUuid, agentUuid: $agentUuid, agentName: $agentName, agentDescription: $agentDescription, llmProvider: $llmProvider, llmName: $llmName, instructions: $instructions, configuration: $configuration, mcpServerUuids: $mcpServerUuids, variables: $variables, numOfMessages: $numOfMessages, toolCallRole: $toolCallRole, flowSnippetVersionUuid: $flowSnippetVersionUuid, status: $status, duplicate: $duplicate, updatedBy: $updatedBy) { agent { agentName } } }`,
  `query llmList(${paging}) { llmList(${page}) { total llmList { llmProvider llmName configurationSchema } } }`,
  `query flowSnippetList(${paging}, $statuses: [String]) { flowSnippetList(${page}, statuses: $statuses) { pageSize pageNumber total flowSnippetList { ${flowFields} } } }`,
  `query flowSnippet($flowSnippetUuid: String, $flowSnippetVersionUuid: String) { flowSnippet(flowSnippetUuid: $flowSnippetUuid, flowSnippetVersionUuid: $flowSnippetVersionUuid) { ${flowFields} flowContext flowRelationship promptTemplate { ${promptFields} mcpServers { mcpServerUuid mcpLabel tools } uiComponents } } }`,
  `mutation insertUpdateFlowSnippet($flowSnippetVersionUuid: String, $flowSnippetUuid: String, $promptUuid: String, $flowName: String, $flowRelationship: String, $flowContext: String, $status: String, $updatedBy: String!) { insertUpdateFlowSnippet(flowSnippetVersionUuid: $flowSnippetVersionUuid, flowSnippetUuid: $flowSnippetUuid, promptUuid: $promptUuid, flowName: $flowName, flowRelationship: $flowRelationship, flowContext: $flowContext, status: $status, updatedBy: $updatedBy) { flowSnippet { flowSnippetUuid flowSnippetVersionUuid flowName } } }`,
  `query promptTemplateList(${paging}, $statuses: [String], $promptType: String) { promptTemplateList(${page}, statuses: $statuses, promptType: $promptType) { pageSize pageNumber total promptTemplateList { ${promptFields} } } }`,
  `query promptTemplate($promptUuid: String, $promptVersionUuid: String) { promptTemplate(promptUuid: $promptUuid, promptVersionUuid: $promptVersionUuid) { ${promptFields} mcpServers { mcpServerUuid mcpLabel mcpServerUrl headers tools } uiComponents } }`,
  `mutation insertUpdatePromptTemplate($promptVersionUuid: String, $promptUuid: String, $promptType: String!, $promptName: String!, $promptDescription: String, $templateContext: String!, $variables: [JSONCamelCase], $mcpServers: [JSONCamelCase], $uiComponents: [JSONCamelCase], $status: String, $updatedBy: String!) { insertUpdatePromptTemplate(promptVersionUuid: $promptVersionUuid, promptUuid: $promptUuid, promptType: $promptType, promptName: $promptName, promptDescription: $promptDescription, templateContext: $templateContext, variables: $variables, mcpServers: $mcpServers, uiComponents: $uiComponents, status: $status, updatedBy: $updatedBy) { promptTemplate { promptUuid promptVersionUuid } } }`,
  `query mcpServerList(${paging}) { mcpServerList(${page}) { pageSize pageNumber total mcpServerList { mcpServerUuid mcpLabel mcpServerUrl headers updatedBy updatedAt } } }`,
  'mutation insertUpdateMcpServer($mcpServerUuid: String, $mcpLabel: String!, $mcpServerUrl: String!, $headers: JSONCamelCase, $updatedBy: String!) { insertUpdateMcpServer(mcpServerUuid: $mcpServerUuid, mcpLabel: $mcpLabel, mcpServerUrl: $mcpServerUrl, headers: $headers, updatedBy: $updatedBy) { mcpServer { mcpServerUuid } } }',
  'mutation deleteMcpServer($mcpServerUuid: String!) { deleteMcpServer(mcpServerUuid: $mcpServerUuid) { ok } }',
  `query uiComponentList(${paging}) { uiComponentList(${page}) { pageSize pageNumber total uiComponentList { uiComponentType uiComponentUuid tagName parameters waitFor updatedAt } } }`,
  'mutation insertUpdateUiComponent($uiComponentUuid: String, $uiComponentType: String!, $tagName: String!, $parameters: [JSONCamelCase], $waitFor: String, $updatedBy: String!) { insertUpdateUiComponent(uiComponentUuid: $uiComponentUuid, uiComponentType: $uiComponentType, tagName: $tagName, parameters: $parameters, waitFor: $waitFor, updatedBy: $updatedBy) { uiComponent { uiComponentUuid uiComponentType } } }',
  'mutation deleteUiComponent($uiComponentType: String!, $uiComponentUuid: String!) { deleteUiComponent(uiComponentType: $uiComponentType, uiComponentUuid: $uiComponentUuid) { ok } }',
  `query wizardGroupList(${paging}) { wizardGroupList(${page}) { pageSize pageNumber total wizardGroupList { wizardGroupUuid wizardGroupName wizardGroupDescription weight wizardUuids updatedBy updatedAt } } }`,
  `query wizardGroup($wizardGroupUuid: String!) { wizardGroup(wizardGroupUuid: $wizardGroupUuid) { wizardGroupUuid wizardGroupName wizardGroupDescription weight wizardItems { ${wizardFields} } } }`,
  'query wizardSchemaList { wizardSchemaList { total wizardSchemaList { wizardSchemaType wizardSchemaName wizardSchemaDescription attributes attributeGroups createdAt updatedAt updatedBy } } }',
  `query elementList(${paging}) { elementList(${page}) { total elementList { elementUuid dataType elementTitle attributeName attributeType optionValues conditions pattern priority } } }`,
  'mutation insertUpdateWizardGroup($wizardGroupUuid: String, $wizardGroupName: String!, $wizardGroupDescription: String, $weight: Int, $wizardUuids: [String], $updatedBy: String!) { insertUpdateWizardGroup(wizardGroupUuid: $wizardGroupUuid, wizardGroupName: $wizardGroupName, wizardGroupDescription: $wizardGroupDescription, weight: $weight, wizardUuids: $wizardUuids, updatedBy: $updatedBy) { wizardGroup { wizardGroupUuid } } }',
  'mutation insertUpdateWizardGroupWithWizards($wizardGroupUuid: String, $wizardGroupName: String!, $wizardGroupDescription: String, $weight: Int, $wizards: [JSONCamelCase]!, $updatedBy: String!) { insertUpdateWizardGroupWithWizards(wizardGroupUuid: $wizardGroupUuid, wizardGroupName: $wizardGroupName, wizardGroupDescription: $wizardGroupDescription, weight: $weight, wizards: $wizards, updatedBy: $updatedBy) { wizardGroup { wizardGroupUuid wizards } } }',
  'mutation deleteWizardGroup($wizardGroupUuid: String!) { deleteWizardGroup(wizardGroupUuid: $wizardGroupUuid) { ok } }',
  `query threadList(${paging}, $agentUuid: String) { threadList(${page}, agentUuid: $agentUuid) { pageSize pageNumber total threadList { threadUuid agentUuid userId createdAt agent { agentName } } } }`,
  'query thread($threadUuid: String!) { thread(threadUuid: $threadUuid) { threadUuid agentUuid userId createdAt agent { agentName agentUuid } messages toolCalls } }',
  `query asyncTaskList(${paging}, $functionName: String, $statues: [String]) { asyncTaskList(${page}, functionName: $functionName, statues: $statues) { pageSize pageNumber total asyncTaskList { functionName asyncTaskUuid arguments result outputFiles status notes timeSpent updatedAt } } }`,
  'query presignedAwsS3Url($clientMethod: String, $objectKey: String!, $expiration: Int) { presignedAwsS3Url(clientMethod: $clientMethod, objectKey: $objectKey, expiration: $expiration) { url objectKey expiration } }',
];

const nameOf = (document: string) => /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(document)?.[1] ?? '';

/**
 * Sends as the console does: by operation name, stage and area in the URL, undefined variables dropped, any error a
 * failure, and the payload found under the operation's name.
 */
export function consoleOf(api: ApiFixture, partId: string) {
  const byName = new Map(documents.map((document) => [nameOf(document), document]));
  const sent = new Set<string>();
  return {
    sent,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the console's own view of an answer
    async send(name: string, variables?: Record<string, unknown>): Promise<any> {
      sent.add(name);
      const answer = await api.post(
        'beta/core/gpt',
        { 'x-api-key': 'e2e-key', 'part-id': partId, accept: 'application/json, text/plain, */*' },
        { query: byName.get(name), ...(variables && { variables }) },
      );
      if (answer.status !== 200) throw new Error(`Request failed with status code ${answer.status}`);
      if (answer.errors?.[0]) throw new Error(answer.errors[0].message);
      return (answer.data as Record<string, unknown>)[name];
    },
  };
}
