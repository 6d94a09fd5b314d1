import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What this process counts. Labels come from closed sets: nothing a client or tenant can name gets into one. */
export class Metrics {
  /** Of its own, so that two servers in one process do not share counters. */
  readonly registry = new Registry();

  readonly httpRequests = new Counter({
    name: 'http_requests_total',
    help: 'Answered HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    registers: [this.registry],
  });
  readonly httpSeconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly operationSeconds = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Time of GraphQL operations by kind and outcome.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly openSockets = new Gauge({
    name: 'websocket_connections',
    help: 'Open sockets.',
    registers: [this.registry],
  });
  readonly frames = new Counter({
    name: 'websocket_pushed_frames_total',
    help: 'Frames that runners pushed, by outcome.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
