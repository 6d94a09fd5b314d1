import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { StreamOverlay, type StreamScript } from '../streams/stream-overlay.ts';
import type { Answer } from './answer.ts';
import { type Call, readCall } from './call.ts';
import { CallLog } from './call-log.ts';
import { CapacityMeter, type SimulatedCapacity } from './capacity.ts';
import { consumedOf, withEstimate } from './consumed.ts';
import type { Fault, FaultPlan, Throttled } from './fault.ts';
import { suffer } from './suffer.ts';
import { Upstream } from './upstream.ts';

export interface FaultProxyOptions {
  /** The real server. */
  upstream: string;
  port?: number;
  plan?: FaultPlan;
  capacity?: SimulatedCapacity;
  /** Shards as DynamoDB has them, over the single one that DynamoDB Local has. */
  streams?: StreamScript;
  /** How many calls `log.last` keeps at least. */
  keep?: number;
}

/**
 * Called before a call is passed on, or after the database answered and before the client hears of it. Before, it may
 * say what becomes of the call: never passed on, or so much later.
 */
export type CallHook = (call: Call) => HookVerdict | Promise<HookVerdict>;
type HookVerdict = void | 'drop' | { lateMs: number };

/** Told of every call and what the database answered, before the client is; undefined: the call never got there. */
export type CallWatcher = (call: Call, answer: Pick<Answer, 'status' | 'body'> | undefined) => unknown;

/**
 * DynamoDB and DynamoDB Streams with everything that can go wrong, over DynamoDB Local, where nothing does.
 * Calls that nothing happens to pass byte for byte.
 */
export class FaultProxy {
  /** `http://127.0.0.1:<port>`, for both services. */
  endpoint = '';
  log: CallLog;
  plan: FaultPlan | undefined;
  capacity: CapacityMeter | undefined;
  watcher: CallWatcher | undefined;
  readonly streams: StreamOverlay | undefined;
  /** What went wrong in the proxy itself, or on its way to the real server; the client saw its connection end. */
  readonly failures: unknown[] = [];
  private readonly upstream: Upstream;
  private readonly server = createServer((request, response) => {
    void this.serve(request, response).catch((error: unknown) => {
      this.failures.push(error);
      response.destroy();
    });
  });
  private hooks: { when: 'before' | 'after'; matches: (call: Call) => boolean; hook: CallHook }[] = [];
  private readonly pending = new Set<Promise<unknown>>();
  private readonly keep: number;

  private constructor({ upstream, plan, capacity, streams, keep = 10_000 }: FaultProxyOptions) {
    this.upstream = new Upstream(upstream);
    this.plan = plan;
    this.capacity = capacity && new CapacityMeter(capacity);
    this.streams = streams && new StreamOverlay(this.upstream, streams);
    this.keep = keep;
    this.log = new CallLog(keep);
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.server.keepAliveTimeout = 60_000;
    proxy.server.listen(options.port ?? 0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.endpoint = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;
    return proxy;
  }

  /** Does something at the k-th call from now (from 1), once. */
  at(k: number, when: 'before' | 'after', hook: CallHook): void {
    const n = this.log.count + k;
    this.once((call) => call.n === n, when, hook);
  }

  /** Does something at the first call from now that matches. */
  once(matches: (call: Call) => boolean, when: 'before' | 'after', hook: CallHook): void {
    this.hooks.push({ matches, when, hook });
  }

  clearHooks(): void {
    this.hooks = [];
  }

  /** Forgets what has passed; counting begins at 1 again. */
  reset(): void {
    this.clearHooks();
    this.log = new CallLog(this.keep);
  }

  /** When nothing is under way any more, late duplicates included. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled(this.pending);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await this.settled();
    this.upstream.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const target = request.headers['x-amz-target'];
    const call = readCall(this.log.count + 1, typeof target === 'string' ? target : undefined, body);
    if (!call) return send(response, await this.upstream.send(request.headers, body));
    const record = this.log.add(call);
    const verdict = await this.hook('before', call);
    const busy = this.capacity?.refuses(call, body.byteLength);
    if (busy) this.log.fault(record, 'capacity');
    const fault = faultOf(verdict) ?? busy ?? this.plan?.(call);
    if (fault && !record.fault) this.log.fault(record, fault.kind);
    const outcome = await this.tracked(
      suffer(
        call,
        fault,
        body,
        (bytes) => this.reach(call, request.headers, bytes),
        (late) => void this.tracked(late),
      ),
    );
    const answer = outcome === 'dropped' ? undefined : this.told(call, outcome.answer, body.byteLength, busy);
    await this.watcher?.(call, answer);
    await this.hook('after', call);
    if (outcome === 'dropped' || !answer) return void response.destroy();
    const consumed = consumedOf(call, answer);
    if (answer.status === 200) this.capacity?.charge(call, consumed, body.byteLength, busy);
    this.log.answered(record, answer.status, consumed);
    send(response, answer, outcome.cut);
  }

  private told(call: Call, answer: Answer, bodyBytes: number, busy: Throttled | undefined): Answer {
    return this.capacity ? withEstimate(call, answer, bodyBytes, busy) : answer;
  }

  private async hook(when: 'before' | 'after', call: Call): Promise<HookVerdict> {
    const due = this.hooks.find((waiting) => waiting.when === when && waiting.matches(call));
    if (!due) return undefined;
    this.hooks = this.hooks.filter((waiting) => waiting !== due);
    return due.hook(call);
  }

  private async reach(call: Call, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const scripted = await this.streams?.answer(call, headers, body);
    return scripted ?? (await this.upstream.send(headers, body));
  }

  private tracked<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work);
    const done = () => this.pending.delete(work);
    work.then(done, done);
    return work;
  }
}

export const startFaultProxy = (options: FaultProxyOptions): Promise<FaultProxy> => FaultProxy.start(options);

function faultOf(verdict: HookVerdict): Fault | undefined {
  if (verdict === 'drop') return { kind: 'drop', when: 'before' };
  return verdict ? { kind: 'delay', when: 'before', ms: verdict.lateMs } : undefined;
}

function send(response: ServerResponse, { status, headers, body }: Answer, cut = false): void {
  const { connection: _connection, 'keep-alive': _keep, 'transfer-encoding': _encoding, ...passed } = headers;
  response.writeHead(status, { ...passed, 'content-length': body.byteLength });
  if (!cut) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => response.destroy());
}
