/** One demo tenant's data, which only its own tool calls see. Its agent is in demo.yaml. */
export interface DemoTenant {
  partId: string;
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
    orders: [
      { order_id: 'A-1002', status: 'shipped, arriving on Thursday', item: 'rocket skates' },
      { order_id: 'A-1001', status: 'delivered', item: 'giant magnet' },
    ],
  },
  {
    partId: 'globex',
    orders: [
      { order_id: 'G-7702', status: 'waiting for customs', item: 'hammock' },
      { order_id: 'G-7701', status: 'cancelled', item: 'weather machine' },
    ],
  },
];
