import { number } from '../item.ts';
import { clock, type Draw, remember } from './draw.ts';
import { mapLegacyKey, type WorldMapping } from '../mapping.ts';
import type { Values } from './row-maker.ts';

export function threadRow(draw: Draw): Values {
  const agent = draw.random.pick(draw.family.agents);
  const thread = draw.key();
  remember(draw.family.threads, { thread, agent, createdAt: draw.at });
  return {
    thread_uuid: thread,
    agent_uuid: agent,
    user_id: draw.maybe(() => `user-${draw.random.int(1, 400)}`),
    created_at: draw.created(),
  };
}

export function runRow(draw: Draw, mapping: WorldMapping): Values {
  const { random, family } = draw;
  const { thread } = random.pick(family.threads);
  const run = draw.key();
  remember(family.runs, { thread, run, createdAt: draw.at });
  const prompt = random.int(50, 9000);
  const completion = random.int(1, 2000);
  return {
    thread_uuid: thread,
    run_uuid: run,
    ...tenantStamps(draw, mapping),
    run_id: draw.maybe(() => `resp_${random.hex(24)}`),
    prompt_tokens: number(`${prompt}.0`),
    completion_tokens: completion,
    total_tokens: number(`${prompt + completion}.0`),
    time_spent: spent(draw),
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function messageRow(draw: Draw): Values {
  const { random } = draw;
  const { thread, run } = random.pick(draw.family.runs);
  return {
    thread_uuid: thread,
    message_uuid: draw.key(),
    run_uuid: run,
    message_id: draw.maybe(() => `msg_${random.hex(24)}`),
    role: random.pick(['user', 'assistant', 'developer']),
    message: random.chance(0.02) ? '' : draw.prose(random.int(20, 2000)),
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function toolCallRow(draw: Draw): Values {
  const { random } = draw;
  const { thread, run } = random.pick(draw.family.runs);
  const empty = random.chance(0.3);
  return {
    thread_uuid: thread,
    tool_call_uuid: draw.key(),
    run_uuid: run,
    tool_call_id: empty ? '' : `call_${random.hex(20)}`,
    tool_type: random.pick(['function', 'mcp', '']),
    name: 'get_order_status',
    // Text since the third day; maps before.
    arguments: draw.since('2025-03-24') ? JSON.stringify({ order_id: 'A-1' }) : { orderId: 'A-1' },
    content: draw.maybe(() => draw.prose(random.int(10, 800))),
    status: empty ? '' : random.pick(['initial', 'completed', 'failed']),
    notes: draw.maybe(() => ''),
    time_spent: spent(draw),
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function asyncTaskRow(draw: Draw, mapping: WorldMapping): Values {
  const { random } = draw;
  return {
    function_name: random.pick(['async_execute_ask_model', 'async_insert_update_tool_call']),
    async_task_uuid: draw.key(),
    ...tenantStamps(draw, mapping),
    arguments: draw.maybe(() => ({ [draw.inner('thread_uuid')]: draw.key(), stream: true, retries: 0 })),
    result: draw.maybe(() => draw.prose(200)),
    output_files: draw.since('2025-06-20') ? [] : undefined,
    status: random.pick(['initial', 'in_progress', 'completed', 'failed']),
    notes: draw.maybe(() => draw.prose(40)),
    time_spent: spent(draw),
    updated_by: draw.by(),
    created_at: draw.created(),
    updated_at: draw.updated(),
  };
}

export function fineTuningRow(draw: Draw): Values {
  const { random, family } = draw;
  const { thread, agent } = random.pick(family.threads);
  return {
    agent_uuid: agent,
    message_uuid: draw.key(),
    thread_uuid: thread,
    timestamp: Math.floor(draw.at / 1000),
    endpoint_id: draw.tenant,
    role: random.pick(['user', 'assistant', 'tool']),
    tool_calls: draw.maybe(() => [
      { [draw.inner('tool_call_id')]: `call_${random.hex(8)}`, weight: number('1.0') },
    ]),
    tool_call_uuid: draw.maybe(() => draw.key()),
    content: draw.maybe(() => draw.prose(300)),
    weight: number(random.pick(['0', '1.0', '0.25'])),
    trained: random.chance(0.3),
    updated_by: draw.by(),
    updated_at: clock(draw.at),
  };
}

/** Seconds until 2025-10-17, milliseconds since. */
function spent(draw: Draw) {
  if (draw.random.chance(0.2)) return undefined;
  const seconds = draw.random.int(1, 60);
  return draw.since('2025-10-17') ? seconds * 1000 : number(`${seconds}.0`);
}

/** What the older engine wrote; a few rows are already as today's engine writes them, which share the table. */
function tenantStamps(draw: Draw, mapping: WorldMapping) {
  // For some weeks runs and tasks had the partition, without endpoint_id, in whatever shape it was then.
  if (draw.tenant.includes('#') && draw.since('2025-12-12') && draw.random.chance(0.5)) {
    return { partition_key: draw.tenant };
  }
  const partition = draw.since('2026-01-16') ? mapLegacyKey(mapping, draw.tenant) : undefined;
  return partition && draw.random.chance(0.3) ? { ...partition } : { endpoint_id: draw.tenant };
}
