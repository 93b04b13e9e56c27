import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Test } from 'tap';

/**
 * A load balancer as it stands before several servers: each new connection goes to the next server that takes it. A
 * server that dies takes its connections with it.
 */
export class Balancer {
  readonly #server = createServer((client) => void this.#pass(client));
  readonly #sockets = new Set<Socket>();
  readonly #targets: () => readonly string[];
  #turn = 0;

  /** @param targets URLs of the servers, asked for at each connection: one that is started again has another port */
  constructor(targets: () => readonly string[]) {
    this.#targets = targets;
  }

  /** Where the servers are reached through it, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Listens on a free port until `t` ends. */
  async listen(t: Test): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    t.teardown(async () => {
      const closed = once(this.#server, 'close');
      this.#server.close();
      for (const socket of this.#sockets) socket.destroy();
      await closed;
    });
    return this;
  }

  async #pass(client: Socket): Promise<void> {
    this.#keep(client);
    const targets = this.#targets();
    for (let tries = 0; tries < targets.length; tries++) {
      const { hostname, port } = new URL(targets[this.#turn++ % targets.length] as string);
      const server = connect({ host: hostname, port: Number(port), noDelay: true });
      const isThere = await Promise.race([
        once(server, 'connect').then(() => true),
        once(server, 'close').then(() => false),
      ]).catch(() => false);
      if (!isThere) continue;
      this.#keep(server);
      server.once('close', () => client.destroy());
      client.once('close', () => server.destroy());
      client.pipe(server);
      server.pipe(client);
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
