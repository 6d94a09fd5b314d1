/** One round of requests: as many at a time as there are connections, each as soon as the one before is answered. */
export interface LoadJob {
  url: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  requests: number;
  connections: number;
}

export interface LoadRound {
  seconds: number;
  /** Per request, from sending to the last byte. */
  latenciesMs: number[];
  /** Of the last answer; all are of the same length, or the round fails. */
  answer: string;
}
