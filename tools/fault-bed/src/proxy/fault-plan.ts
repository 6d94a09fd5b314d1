import { Random } from '../random.ts';
import type { Call } from './call.ts';
import { type Fault, type FaultKind, type FaultPlan, suits } from './fault.ts';

export interface SeededPlan {
  seed: number | string;
  /** Share of calls that something happens to, 0 to 1. */
  rate: number;
  /** What happens, each as often as its weight says. Default: all that a correct client survives. */
  weights?: Partial<Record<FaultKind, number>>;
  /** Only to these calls. Default: all. */
  to?: (call: Call) => boolean;
  /** Longest delay and lateness in milliseconds. */
  upToMs?: number;
}

const SURVIVABLE: Partial<Record<FaultKind, number>> = {
  drop: 4,
  cut: 1,
  delay: 2,
  duplicate: 2,
  throttle: 5,
  conflict: 1,
  serverError: 3,
  expiredIterator: 1,
};

/** The same calls in the same order meet the same faults for the same seed. */
export function seededPlan({ seed, rate, weights = SURVIVABLE, to, upToMs = 60 }: SeededPlan): FaultPlan {
  const random = new Random(seed);
  return (call) => {
    if (to?.(call) === false || !random.chance(rate)) return undefined;
    const possible = Object.entries(weights).filter(([kind]) => suits(kind as FaultKind, call));
    if (possible.length === 0) return undefined;
    return faultOf(random.weighted<FaultKind>(Object.fromEntries(possible)), random, upToMs);
  };
}

function faultOf(kind: FaultKind, random: Random, upToMs: number): Fault {
  const when = random.pick(['before', 'after'] as const);
  switch (kind) {
    case 'drop':
      return { kind, when };
    case 'delay':
      return { kind, when, ms: random.int(0, upToMs) };
    case 'duplicate':
      return { kind, lateMs: random.chance(0.5) ? 0 : random.int(0, upToMs * 5) };
    case 'throttle':
      return { kind, whole: random.chance(0.3) };
    case 'serverError':
      return { kind, status: random.pick([500, 503] as const) };
    default:
      return { kind };
  }
}
