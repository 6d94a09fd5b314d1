import { ProviderError } from './provider-error.ts';

/**
 * Ends what a provider leaves hanging.
 * @param silenceMs how long nothing may come
 * @throws ProviderError `provider.unavailable`
 */
export async function* endSilence<T>(
  start: (signal: AbortSignal) => AsyncIterable<T>,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal },
): AsyncGenerator<T> {
  const silent = new AbortController();
  const listen = () => setTimeout(() => silent.abort(silence(silenceMs)), silenceMs);
  let timer = listen();
  try {
    for await (const event of start(AbortSignal.any([signal, silent.signal]))) {
      clearTimeout(timer); // what the receiver does with it takes its own time
      yield event;
      timer = listen();
    }
  } finally {
    clearTimeout(timer);
  }
}

const silence = (silenceMs: number) =>
  new ProviderError('provider.unavailable', {
    message: `The model provider was silent for ${silenceMs / 1_000} seconds.`,
    retryable: true,
  });
