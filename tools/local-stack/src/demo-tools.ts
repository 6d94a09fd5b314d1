import type { McpTool } from '@agent-engine/testing';
import { DEMO_TENANTS } from './demo-tenants.ts';

/** The tool of the demo agents. Whose orders it sees is decided by the runner's `X-Part-ID`, never by an argument. */
export const getOrderStatus: McpTool = {
  name: 'get_order_status',
  description: "Status of one of the customer's orders, the newest one unless an order id is given.",
  inputSchema: {
    type: 'object',
    properties: { order_id: { type: 'string', description: 'For example A-1002.' } },
    additionalProperties: false,
  },
  run({ order_id: wanted }, { headers }) {
    const tenant = DEMO_TENANTS.find(({ partId }) => partId === headers['x-part-id']);
    const order = tenant?.orders.find(({ order_id }) => wanted === undefined || order_id === wanted);
    if (!order) throw new Error('There is no such order.');
    return JSON.stringify(order);
  },
};
