const PARENT_CHECK_MS = 250;
/** Ctrl-C arrives twice: from the terminal and passed on by npm. Later than this it is a person who insists. */
const SAME_REQUEST_MS = 1_000;

/**
 * Runs `stop` once, then ends the process: on Ctrl-C, SIGTERM, a closed terminal, or when npm, which passes on only
 * some signals, is gone. A second request does not wait.
 */
export function onStopRequest(stop: () => Promise<void>, { watchParent }: { watchParent: boolean }): void {
  let since: number | undefined;
  const begin = () => {
    if (since !== undefined) return;
    since = Date.now();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  const request = () => {
    if (since !== undefined && Date.now() - since > SAME_REQUEST_MS) process.exit(1);
    begin();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  // Nobody reads on: there is nothing to report any more, but something to stop.
  process.stdout.on('error', begin);
  if (!watchParent) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && begin(), PARENT_CHECK_MS).unref();
}
