/** The wait a provider asks for, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfterMs(
  headers: Readonly<Record<string, string>> | undefined,
  now: number = Date.now(),
): number | undefined {
  const exact = amount(headers?.['retry-after-ms']);
  if (exact !== undefined) return exact;
  const text = headers?.['retry-after'];
  const seconds = amount(text);
  if (seconds !== undefined) return seconds * 1_000;
  // A number that is none would be taken for a year.
  const date = text === undefined || !/[a-z]/i.test(text) ? NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function amount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

/** Google says so within the error: `"retryDelay": "7s"`. */
export function retryDelayMs(body: string | undefined): number | undefined {
  const [, seconds] = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body ?? '') ?? [];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1_000);
}
