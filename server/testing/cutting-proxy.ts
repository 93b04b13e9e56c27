import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';

/** What happens to a connection when a statement comes through that is to be cut. */
export type Cut =
  /** The server never hears of the statement. */
  | 'before'
  /** The server does it, and its answer gets lost. */
  | 'after';

/**
 * Stands between a process and a PostgreSQL server on a Unix socket, and cuts the connection at a statement of its
 * choice, as a network does: before or after the server has done it.
 */
export class CuttingProxy {
  /** Asked for each message that the client sends; undefined lets it through. */
  cut: (text: string) => Cut | undefined = () => undefined;
  /** How often a connection was cut. */
  cuts = 0;
  /** Takes connections and passes nothing on, as a server that hangs. */
  isDeaf = false;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'dramabox-cut-'));
  readonly #sockets = new Set<Socket>();
  readonly #target: string;
  readonly #server = createServer((client) => {
    this.#pass(client);
  });

  /** @param target the folder of the server's socket */
  constructor(target: string) {
    this.#target = path.join(target, '.s.PGSQL.5432');
  }

  async listen(t: Test): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(path.join(this.#folder, '.s.PGSQL.5432'), resolve));
    t.teardown(async () => {
      const closed = new Promise((resolve) => this.#server.close(resolve));
      this.cutAll();
      await closed;
      rmSync(this.#folder, { recursive: true, force: true });
    });
    return this;
  }

  /** The URL of a database of the server, through here. */
  through(url: string): string {
    return url.replace(/host=[^&]*/, `host=${encodeURIComponent(this.#folder)}`);
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(client: Socket): void {
    const server = connect(this.#target);
    let isCut = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      if (this.isDeaf) return;
      const cut = isCut ? undefined : this.cut(bytes.toString('latin1'));
      if (cut !== undefined) {
        isCut = true;
        this.cuts += 1;
      }
      if (cut === 'before') client.destroy();
      else server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      // The server answers when it has done it.
      if (isCut) client.destroy();
      else client.write(bytes);
    });
  }
}
