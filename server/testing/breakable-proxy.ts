import { createServer, request as startRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Test } from 'tap';

/** What the proxy does to a request instead of passing it on as it is. */
export type Disturbance =
  /** Waits before the request is passed on, in milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Returns this status itself, with a page of HTML, as proxies do. */
  | { readonly kind: 'answer'; readonly status: number }
  /** Ends the connection after this many bytes of the response's body. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

/** A request that went through. */
export interface Passed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly cookie: string | undefined;
}

/**
 * How a proxy gives a server a path of its host, beside other things: requests for these get 404 from it. The path
 * without a slash behind leads to the path with one, as nginx does it and Caddy is told to (`config/deploy`).
 */
export interface ProxyPath {
  /** Without a slash at the end. */
  readonly path: string;
  /** Whether the server is asked for what is behind the path only, or for all of it. */
  readonly isTakenOff: boolean;
}

/**
 * A network for tests: passes HTTP on to a server, notes what went through, and breaks in the ways that networks do.
 * The `Host` header stays as it was sent, so that addresses that the server makes lead through the proxy, too.
 */
export class BreakableProxy {
  readonly requests: Passed[] = [];
  /** Decides about each request; undefined passes it on. */
  disturb: (request: Passed) => Disturbance | undefined = () => undefined;
  /** URL of the server, which may be there later than the network. */
  target: string;
  readonly #at: ProxyPath | undefined;
  readonly #sockets = new Set<Socket>();
  /** Requests whose body is still being sent. */
  readonly #sending = new Set<Passed>();
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #isDown = false;

  constructor(target = '', at?: ProxyPath) {
    this.target = target;
    this.#at = at;
    this.#server.on('connection', (socket) => {
      if (this.#isDown) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  /** Where the server is reached through it, without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#at?.path ?? ''}`;
  }

  /** Listens on a free port until `t` ends. */
  async listen(t: Test): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    t.teardown(async () => {
      const closed = new Promise((resolve) => this.#server.close(resolve));
      this.#cutAll();
      await closed;
    });
    return this;
  }

  /** Cuts every connection and takes no new one until `mend`. */
  break(): void {
    this.#isDown = true;
    this.#cutAll();
  }

  mend(): void {
    this.#isDown = false;
  }

  /** How many requests of this method went to addresses that begin like this. */
  count(method: string, path: string): number {
    return this.requests.filter((request) => request.method === method && request.path.startsWith(path)).length;
  }

  /** Whether the body of such a request is still being sent. */
  isSending(method: string): boolean {
    return [...this.#sending].some((request) => request.method === method);
  }

  #cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET';
    const path = (incoming.url ?? '/').split('?', 1)[0]!;
    const passed: Passed = { method, path, cookie: incoming.headers.cookie };
    this.requests.push(passed);
    if (this.#at && path === this.#at.path) {
      incoming.resume();
      outgoing.writeHead(301, { location: `${path}/` }).end();
      return;
    }
    if (this.#at && !path.startsWith(`${this.#at.path}/`)) {
      incoming.resume();
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<html><h1>Another server</h1></html>');
      return;
    }
    const disturbance = this.disturb(passed);
    if (disturbance?.kind === 'answer') {
      incoming.resume();
      outgoing.writeHead(disturbance.status, { 'content-type': 'text/html' }).end('<html><h1>Bad gateway</h1></html>');
      return;
    }
    // A client that has left meanwhile was still heard: its request is passed on.
    if (disturbance?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, disturbance.ms));
    this.#pass(incoming, outgoing, passed, disturbance?.kind === 'cut' ? disturbance.afterBytes : Infinity);
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse, passed: Passed, afterBytes: number): void {
    this.#sending.add(passed);
    const sent = () => this.#sending.delete(passed);
    const { hostname, port } = new URL(this.target);
    const target = incoming.url ?? '/';
    const onward = startRequest({
      host: hostname,
      port,
      method: passed.method,
      path: this.#at?.isTakenOff ? target.slice(this.#at.path.length) : target,
      headers: incoming.headers,
      // Connections to the server are not kept: one that it closed meanwhile would look like its failure.
      agent: false,
    });
    incoming.once('close', sent);
    incoming.once('end', sent);
    incoming.once('error', () => onward.destroy());
    incoming.once('aborted', () => onward.destroy());
    onward.once('error', () => outgoing.destroy());
    onward.once('response', (response) => {
      let left = afterBytes;
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      outgoing.flushHeaders();
      response.on('data', (piece: Buffer) => {
        left -= piece.length;
        if (left < 0) {
          outgoing.destroy();
          onward.destroy();
          return;
        }
        if (!outgoing.write(piece)) {
          response.pause();
          outgoing.once('drain', () => response.resume());
        }
      });
      response.once('end', () => outgoing.end());
      response.once('error', () => outgoing.destroy());
    });
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
