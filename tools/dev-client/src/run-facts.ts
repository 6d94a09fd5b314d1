export interface RunFacts {
  runUuid: string;
  threadUuid: string;
  promptTokens?: number | null;
  completionTokens?: number | null;
  totalTokens?: number | null;
  /** In milliseconds. */
  timeSpent?: number | null;
}

/** The last line of an answer: which run it was and what it cost. */
export function runLine({ runUuid, threadUuid, timeSpent, ...tokens }: RunFacts): string {
  const { promptTokens, completionTokens, totalTokens } = tokens;
  return [
    `run ${runUuid}`,
    totalTokens != null && `${totalTokens} tokens (${promptTokens} in, ${completionTokens} out)`,
    timeSpent != null && `${(timeSpent / 1000).toFixed(2)} s`,
    `thread ${threadUuid}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
