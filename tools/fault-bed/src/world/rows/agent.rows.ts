import { number, type Value } from '../item.ts';
import { type Draw, remember } from './draw.ts';
import type { Values } from './row-maker.ts';

export function agentRow(draw: Draw): Values {
  const { random, family } = draw;
  const known = family.agents.length > 0 && random.chance(0.5);
  const agent = known ? random.pick(family.agents) : remember(family.agents, draw.familyKey('agent'));
  return {
    agent_version_uuid: remember(family.agentVersions, draw.key()),
    agent_uuid: agent,
    agent_name: `Agent ${random.int(1, 500)}`,
    agent_description: draw.maybe(() => draw.prose(80)),
    llm_provider: random.pick(['openai', 'anthropic', 'google']),
    llm_name: random.pick(['gpt', 'claude', 'gemini']),
    instructions: draw.maybe(() => draw.prose(random.int(200, 3000))),
    configuration: {
      model: random.pick(['gpt-4o', 'gpt-4.1-mini', 'claude-sonnet-4']),
      temperature: number(random.pick(['1.0', '0.70', '0', '2e-1'])),
      [draw.inner('max_output_tokens')]: random.int(1, 10_000),
      [draw.inner('openai_api_key')]: `sk-${random.hex(24)}`,
      tools: [{ type: 'web_search', [draw.inner('user_location')]: { country: 'DE', city: '' } }],
      enabled_tools: random.chance(0.5) ? ['get_order_status'] : undefined,
    },
    ...sinceMcp(draw),
    ...variablesOrFunctions(draw),
    num_of_messages:
      draw.since('2025-03-20') && random.chance(0.9) ? number(random.pick(['10', '10.0'])) : undefined,
    tool_call_role: random.chance(0.8) ? 'developer' : undefined,
    status: known ? 'inactive' : random.pick(['active', 'active', null, 'archived']),
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

function sinceMcp(draw: Draw): Record<string, Value | undefined> {
  const { random, family } = draw;
  if (!draw.since('2025-07-01')) return {};
  const servers = family.mcpServers.length > 0 ? [random.pick(family.mcpServers)] : [];
  return {
    // For a few hours it had another name.
    [random.chance(0.02) ? 'mcp_servers' : 'mcp_server_uuids']: servers,
    flow_snippet_version_uuid:
      family.flowVersions.length > 0 && random.chance(0.4) ? random.pick(family.flowVersions) : undefined,
  };
}

function variablesOrFunctions(draw: Draw): Record<string, Value | undefined> {
  if (draw.since('2025-09-22')) {
    return {
      variables: [{ name: 'company', value: draw.prose(12), required: true, weight: number('1.50') }],
    };
  }
  return draw.random.chance(0.5)
    ? { functions: { get_order: { strict: true } }, function_configuration: { [draw.inner('max_calls')]: 3 } }
    : {};
}

export function mcpServerRow(draw: Draw): Values {
  return {
    mcp_server_uuid: remember(draw.family.mcpServers, draw.key()),
    mcp_label: draw.random.pick(['internal', 'crm', 'shop']),
    mcp_server_url: `https://mcp-${draw.random.int(1, 99)}.example/mcp`,
    headers: { Authorization: `Bearer ${draw.random.hex(20)}`, 'X-Api-Key': draw.random.hex(8), x_empty: '' },
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function promptTemplateRow(draw: Draw): Values {
  const { random, family } = draw;
  const known = family.prompts.length > 0 && random.chance(0.4);
  const prompt = known ? random.pick(family.prompts) : remember(family.prompts, draw.familyKey('prompt'));
  return {
    prompt_version_uuid: draw.key(),
    prompt_uuid: prompt,
    prompt_type: random.pick(['normal', 'system', 'flow']),
    prompt_name: `Prompt ${random.int(1, 300)}`,
    prompt_description: draw.maybe(() => draw.prose(60)),
    template_context: `${draw.prose(random.int(100, 2500))} {flow_snippet}`,
    variables: [{ name: 'order_id', [draw.inner('data_type')]: 'string' }],
    mcp_servers: family.mcpServers.slice(-2).map((server) => ({ [draw.inner('mcp_server_uuid')]: server })),
    ui_components: [{ ui_component_type: 'form', ui_component_uuid: '00000000000000000001' }],
    status: known ? 'inactive' : 'active',
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function flowSnippetRow(draw: Draw): Values {
  const { random, family } = draw;
  const known = family.flows.length > 0 && random.chance(0.4);
  const flow = known ? random.pick(family.flows) : remember(family.flows, draw.familyKey('flow-snippet'));
  return {
    flow_snippet_version_uuid: remember(family.flowVersions, draw.key()),
    flow_snippet_uuid: flow,
    prompt_uuid: family.prompts.length > 0 ? random.pick(family.prompts) : draw.familyKey('prompt'),
    // The versions before had it, without the index that went with it.
    prompt_version_uuid: draw.since('2025-07-15') ? undefined : draw.key(),
    flow_name: `Flow ${random.int(1, 300)}`,
    flow_relationship: draw.maybe(() => JSON.stringify({ nodes: [1, 2], edges: [[1, 2]] })),
    flow_context: draw.maybe(() => `<FlowSnippet>${draw.prose(random.int(50, 1500))}</FlowSnippet>`),
    enabled_tools: draw.since('2026-01-26') ? ['get_order_status', 'refund'] : undefined,
    status: known ? 'inactive' : 'active',
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}
