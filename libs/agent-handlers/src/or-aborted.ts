/** The work's outcome, or the signal's reason as soon as it aborts: work that ignores its signal is left behind. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work
      .then(resolve, (error: unknown) => reject(signal.aborted ? (signal.reason as Error) : (error as Error)))
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
