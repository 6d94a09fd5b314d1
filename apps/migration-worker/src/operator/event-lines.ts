import { type Alarm, alarmsOf } from './alarms.ts';
import type { Status } from './status.ts';
import type { StatusListener } from './status-watch.ts';

const PROGRESS_MS = 3_000;

/** One JSON line per event: changes of state, steps, how the tables get on, alarms that begin. For logs and scripts. */
export class EventLines implements StatusListener {
  private readonly out: (text: string) => void;
  private state: string | undefined;
  private progressAt = -Infinity;
  private alarms: Alarm[] = [];

  constructor(out: (text: string) => void) {
    this.out = out;
  }

  say(event: string, facts: object): void {
    this.out(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`);
  }

  raise(alarm: Alarm): void {
    this.sayAlarm(alarm);
  }

  update(status: Status): void {
    const changed = status.state !== this.state;
    if (changed) {
      const { state, epoch, direction, paused } = status;
      this.say('state', { state, before: this.state ?? null, epoch, direction, paused });
      this.state = state;
    }
    const now = performance.now();
    if (changed || now - this.progressAt >= PROGRESS_MS) {
      this.progressAt = now;
      const { state, progress, tables, quarantine, throttle, workers } = status;
      this.say('progress', { state, ...progress, tables, quarantine, throttle, workers });
    }
    const alarms = alarmsOf(status);
    for (const alarm of alarms) {
      const before = this.alarms.find((known) => known.alarm === alarm.alarm);
      if (!before || before.level < alarm.level) this.sayAlarm(alarm);
    }
    for (const { alarm } of this.alarms)
      if (!alarms.some((now) => now.alarm === alarm)) this.say('alarm-over', { alarm });
    this.alarms = alarms;
  }

  private sayAlarm({ alarm, message, table }: Alarm): void {
    this.say('alarm', { alarm, message, table });
  }
}
