import type { CustomHandlers } from '@agent-engine/agent-handlers';

export const LINE_HANDLER = { moduleName: 'line_agent_handler', className: 'LineHandler' } as const;

/** What the engine imports at boot where `AGENT_HANDLERS` names this package. */
const handlers: CustomHandlers = (options) => [
  {
    ...LINE_HANDLER,
    load: async () => new (await import('./line.handler.ts')).LineHandler(options),
  },
];

export default handlers;
