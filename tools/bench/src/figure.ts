/** One measured number. Times of a noisy machine mean little; targets are set on ratios within one run. */
export interface Figure {
  name: string;
  value: number;
  /** `x` for ratios. */
  unit: string;
  target?: { atLeast: number } | { atMost: number };
}

export interface BenchResult {
  bench: string;
  figures: Figure[];
}

/** Undefined for a figure that is only told. */
export function isMet({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}
