import { AsyncLocalStorage } from 'node:async_hooks';

/** A socket that API Gateway holds. Its clients parse every frame twice, since the older engine encoded it twice. */
export interface AwsSocket {
  id: string;
  callbackUrl: string;
  doubleEncoded: true;
}

/** The socket for which an operation runs: a question asked in it streams its answer there. */
export class AwsSocketContext {
  private readonly storage = new AsyncLocalStorage<AwsSocket>();

  run<T>(socket: AwsSocket, work: () => T): T {
    return this.storage.run(socket, work);
  }

  get currentOrNone(): AwsSocket | undefined {
    return this.storage.getStore();
  }
}
