export type Verdict = 'pass' | 'warn' | 'fail';

/** One thing that was looked at before anything is changed. */
export interface Check {
  readonly id: string;
  readonly verdict: Verdict;
  readonly table?: string;
  /** What was found. */
  readonly evidence: string;
  /** What to do; empty where nothing has to be done. */
  readonly fix: string;
}

export const pass = (id: string, evidence: string, table?: string): Check => ({
  id,
  verdict: 'pass',
  table,
  evidence,
  fix: '',
});
export const warn = (id: string, evidence: string, fix: string, table?: string): Check => ({
  id,
  verdict: 'warn',
  table,
  evidence,
  fix,
});
export const fail = (id: string, evidence: string, fix: string, table?: string): Check => ({
  id,
  verdict: 'fail',
  table,
  evidence,
  fix,
});
