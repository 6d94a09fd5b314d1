/** One demo tenant: who its agent is, and the data only its own tool calls see. */
export interface DemoTenant {
  partId: string;
  instructions: string;
  /** Newest first. */
  orders: readonly DemoOrder[];
}

export interface DemoOrder {
  order_id: string;
  status: string;
  item: string;
}

export const DEMO_TENANTS: readonly DemoTenant[] = [
  {
    partId: 'acme',
    instructions: 'You are the support agent of Acme. Look orders up with your tools; never guess a status.',
    orders: [
      { order_id: 'A-1002', status: 'shipped, arriving on Thursday', item: 'rocket skates' },
      { order_id: 'A-1001', status: 'delivered', item: 'giant magnet' },
    ],
  },
  {
    partId: 'globex',
    instructions: 'You are the order desk of Globex. Look orders up with your tools; never guess a status.',
    orders: [
      { order_id: 'G-7702', status: 'waiting for customs', item: 'hammock' },
      { order_id: 'G-7701', status: 'cancelled', item: 'weather machine' },
    ],
  },
];
