import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilentNetwork {
  /** Stands for `target`, path included. */
  urlOf: (target: string) => Promise<string>;
  /** Connections that are open now carry nothing more, and nobody is told; those that are made from now on are well. */
  goSilent: () => void;
  /** New ones are taken and carry nothing either, until this is called with false. */
  takeAndSayNothing: (silent: boolean) => void;
  stop: () => Promise<void>;
}

/** A network as it fails in the worst way: what is sent disappears, and no connection is ever closed for it. */
export function startSilentNetwork(): SilentNetwork {
  const sockets = new Set<Socket>();
  const stopping: (() => Promise<unknown>)[] = [];
  let saysNothing = false;

  const silence = (socket: Socket) => void socket.unpipe().pause().removeAllListeners('data');
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };

  async function urlOf(target: string): Promise<string> {
    const { origin, hostname, port } = new URL(target);
    const server = createServer((near) => {
      keep(near);
      if (saysNothing) return near.pause();
      const far = connect(Number(port), hostname);
      keep(far);
      near.pipe(far);
      return far.pipe(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stopping.push(() => {
      const closed = once(server, 'close');
      server.close();
      return closed;
    });
    return target.replace(origin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  return {
    urlOf,
    goSilent: () => sockets.forEach(silence),
    takeAndSayNothing: (silent) => {
      saysNothing = silent;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(stopping.map((stop) => stop()));
    },
  };
}
