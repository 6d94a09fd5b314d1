import type { Value } from '../item.ts';
import type { WorldMapping } from '../mapping.ts';
import { agentRow, flowSnippetRow, mcpServerRow, promptTemplateRow } from './agent.rows.ts';
import type { Draw, Family } from './draw.ts';
import { asyncTaskRow, fineTuningRow, messageRow, runRow, threadRow, toolCallRow } from './thread.rows.ts';
import { elementRow, wizardGroupFilterRow, wizardGroupRow, wizardRow } from './wizard.rows.ts';

export type Values = Record<string, Value | undefined>;

interface RowMaker {
  /** How many of 100 rows. */
  weight: number;
  make: (draw: Draw, mapping: WorldMapping) => Values;
  /** Rows it refers to; while there are none, one of those is made instead. */
  needs?: { of: (family: Family) => readonly unknown[]; table: string };
}

const agents = { of: ({ agents }: Family) => agents, table: 'agents' };
const threads = { of: ({ threads }: Family) => threads, table: 'threads' };
const runs = { of: ({ runs }: Family) => runs, table: 'runs' };

/** Rows of tenants, table by table. */
export const rowMakers: Readonly<Record<string, RowMaker>> = {
  agents: { weight: 6, make: agentRow },
  threads: { weight: 14, make: threadRow, needs: agents },
  prompt_templates: { weight: 4, make: promptTemplateRow },
  flow_snippets: { weight: 4, make: flowSnippetRow },
  mcp_servers: { weight: 3, make: mcpServerRow },
  elements: { weight: 8, make: elementRow },
  wizards: { weight: 5, make: wizardRow },
  wizard_groups: { weight: 3, make: wizardGroupRow },
  wizard_group_filters: { weight: 3, make: wizardGroupFilterRow },
  runs: { weight: 14, make: runRow, needs: threads },
  messages: { weight: 20, make: messageRow, needs: runs },
  tool_calls: { weight: 6, make: toolCallRow, needs: runs },
  async_tasks: { weight: 6, make: asyncTaskRow },
  fine_tuning_messages: { weight: 4, make: fineTuningRow, needs: threads },
};
