import { AsyncLocalStorage } from 'node:async_hooks';

/** The request in which code runs, so that every log line of it can be found by the id the client was told. */
export class RequestIdContext {
  private readonly storage = new AsyncLocalStorage<string>();

  run<T>(requestId: string, work: () => T): T {
    return this.storage.run(requestId, work);
  }

  get currentOrNone(): string | undefined {
    return this.storage.getStore();
  }
}
