import type { ChangeEvent, RegisterWrite } from '../change-event.ts';
import { coalesce, countEvents, type EventCounts } from '../coalesce.ts';
import type { CopyCounts } from '../conservation.ts';
import { canonicalItem } from '../canonical-value.ts';
import type { Item } from '../item.ts';
import { isTombstone, stamped, versionOf } from '../marks.ts';
import { accepts } from '../register.ts';
import { epochOf, version } from '../version.ts';
import type { Algorithm } from './algorithm.fixture.ts';
import type { Setting } from './history.fixture.ts';
import { at, equals, put, type Target, withoutTombstones } from './target.fixture.ts';

/** One thing that happens; the numbers choose among what is possible, whatever they are. */
export type Step =
  | { do: 'put'; row: number; part: number }
  | { do: 'delete'; row: number }
  | { do: 'scan' }
  | { do: 'tail'; events: number; checkpoint: boolean }
  | { do: 'crash' }
  | { do: 'stall'; events: number }
  | { do: 'wake'; which: number }
  | { do: 'redeliver'; event: number }
  | { do: 'collect' }
  | { do: 'gap' };

export interface Rules {
  /** Absent: the real functions, batch by batch. Present: a variant, event by event. */
  algorithm?: Algorithm;
  /** What the copy after a gap does. */
  resync: { stamped: boolean; extras: boolean };
}

const ROWS = ['1', '2', '3', '4'] as const;
const PAGE = 2;

/** Several rows, written while they are copied and tailed by workers that crash, stall and wake up late. */
export class World {
  readonly copy: CopyCounts = { scanned: 0, inserted: 0, present: 0, quarantined: 0, filtered: 0 };
  readonly events: EventCounts = { seen: 0, applied: 0, superseded: 0, quarantined: 0 };
  target: Target = new Map();
  private readonly setting: Setting;
  private readonly rules: Rules;
  private readonly source = new Map<string, Item>();
  private changes = 0;
  private epoch = 1;
  private stream: ChangeEvent[] = [];
  private position = 0;
  private checkpoint = 0;
  private collectedAt = 0;
  private cursor = 0;
  private page: Item[] | undefined;
  /** What older workers still hold. */
  private held: ChangeEvent[] = [];

  constructor(setting: Setting, rules: Rules) {
    this.setting = setting;
    this.rules = rules;
    ROWS.slice(0, 2).forEach((id) => this.source.set(id, setting.row(id, 'a', this.changes++)));
  }

  step(step: Step): void {
    switch (step.do) {
      case 'put':
        return this.change(step.row, this.setting.parts[step.part % this.setting.parts.length]);
      case 'delete':
        return this.change(step.row, undefined);
      case 'scan':
        return this.scan();
      case 'tail': {
        if (this.rules.algorithm?.scanFirst && !this.scanned) return;
        this.apply(this.stream.slice(this.position, this.position + step.events));
        this.position = Math.min(this.stream.length, this.position + step.events);
        if (step.checkpoint) this.checkpoint = this.position;
        return;
      }
      case 'crash':
        this.position = this.checkpoint;
        this.page = undefined;
        return;
      case 'stall':
        this.held.push(...this.stream.slice(this.position, this.position + step.events));
        return;
      case 'wake':
        this.apply(this.held.splice(step.which % Math.max(1, this.held.length), 1));
        return;
      case 'redeliver':
        return this.redeliver(step.event);
      case 'collect':
        return this.collect();
      case 'gap':
        return this.gap();
    }
  }

  /** Lets everything end that was begun, as a caught-up migration has it. */
  settle(): void {
    while (!this.scanned) this.scan();
    while (this.position < this.stream.length) this.step({ do: 'tail', events: 3, checkpoint: true });
    if (this.epoch > 1 && this.rules.resync.extras) this.deleteExtras();
    this.collect();
    while (this.held.length > 0) this.step({ do: 'wake', which: 0 });
    this.collect();
  }

  get isRight(): boolean {
    return equals(this.target, [...this.source.values()], this.setting.mapper);
  }

  get sources(): readonly Item[] {
    return [...this.source.values()];
  }

  private get scanned(): boolean {
    return this.cursor >= ROWS.length;
  }

  private change(row: number, part: 'a' | 'b' | undefined): void {
    const id = ROWS[row % ROWS.length] ?? '1';
    const old = this.source.get(id);
    const current = part && this.setting.row(id, part, ++this.changes);
    if (!old && !current) return;
    if (current) this.source.set(id, current);
    else this.source.delete(id);
    this.stream.push({
      sequenceNumber: `1${String(this.stream.length).padStart(20, '0')}`,
      old,
      new: current,
    });
  }

  /** Reads a page, or writes one row of it; the cursor moves when all are written. */
  private scan(): void {
    if (this.scanned) return;
    const ids = ROWS.slice(this.cursor, this.cursor + PAGE);
    this.page ??= ids.map((id) => this.source.get(id)).filter((row) => row !== undefined);
    const image = this.page.shift();
    if (image) this.insert(image);
    if (this.page.length > 0) return;
    this.page = undefined;
    this.cursor += PAGE;
  }

  private insert(image: Item): void {
    const { algorithm, resync } = this.rules;
    const before = this.target;
    const mapped = this.setting.mapper.map(image);
    this.copy.scanned++;
    if ('refused' in mapped) {
      this.copy.quarantined++;
      return;
    }
    const stamp = version(this.epoch);
    const present = at(this.target, mapped.key);
    if (this.epoch > 1 && resync.stamped) {
      if (accepts(present, stamp)) this.target = put(this.target, mapped.key, stamped(mapped.item, stamp));
    } else if (algorithm) this.target = algorithm.scan(this.target, image, this.setting.mapper);
    else if (!present) this.target = put(this.target, mapped.key, mapped.item);
    if (this.target === before) this.copy.present++;
    else this.copy.inserted++;
  }

  private apply(events: readonly ChangeEvent[]): void {
    const { algorithm } = this.rules;
    if (algorithm) {
      for (const event of events) this.target = algorithm.tail(this.target, event, this.setting.mapper);
      return;
    }
    const batch = coalesce(events, this.setting.mapper, this.epoch);
    const landed = new Set<RegisterWrite>();
    for (const write of batch.writes) {
      if (!accepts(at(this.target, write.key), write.version)) continue;
      this.target = put(this.target, write.key, write.item);
      landed.add(write);
    }
    const counts = countEvents(batch, landed);
    for (const name of ['seen', 'applied', 'superseded', 'quarantined'] as const)
      this.events[name] += counts[name];
  }

  /** Only what came after the last collection: that nothing older can come is what allowed it. */
  private redeliver(event: number): void {
    const again = this.stream.slice(this.collectedAt, this.position);
    this.apply(again.splice(event % Math.max(1, again.length), 1));
  }

  private collect(): void {
    const collects = this.rules.algorithm ? this.rules.algorithm.collects : 'fenced';
    const caughtUp = this.scanned && this.position === this.stream.length;
    if (
      collects === 'early' ||
      (collects === 'caughtUp' && caughtUp) ||
      (collects === 'fenced' && caughtUp && this.held.length === 0 && this.checkpoint === this.position)
    ) {
      this.target = withoutTombstones(this.target);
      this.collectedAt = this.position;
    }
  }

  /** What was not read is lost; older workers are fenced by the epoch. */
  private gap(): void {
    if (this.epoch > 2) return;
    this.epoch++;
    this.stream = [];
    this.position = this.checkpoint = this.collectedAt = this.cursor = 0;
    this.page = undefined;
    this.held = [];
  }

  private deleteExtras(): void {
    const { mapper } = this.setting;
    const keys = new Set(
      this.sources.flatMap((image) => {
        const mapped = mapper.keyOf(image);
        return 'key' in mapped ? canonicalItem(mapped.key) : [];
      }),
    );
    for (const [key, item] of this.target) {
      const at = versionOf(item);
      const older = at === undefined || epochOf(at) < this.epoch;
      if (older && !isTombstone(item) && !keys.has(key))
        this.target = new Map([...this.target].filter(([other]) => other !== key));
    }
  }
}
