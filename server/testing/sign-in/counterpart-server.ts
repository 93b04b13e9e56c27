import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** What a provider does instead of answering. */
export type Disturbance =
  | { readonly kind: 'answer'; readonly status: number; readonly body?: string; readonly type?: string }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Bytes without end. */
  | { readonly kind: 'flood' }
  /** No answer at all. */
  | { readonly kind: 'silence' }
  /** Ends the connection. */
  | { readonly kind: 'cut' };

/** An HTTP server on this machine that stands for a provider, can be disturbed, and ends with its test. */
export class CounterpartServer {
  /** `GET /path`, in the order that they came. */
  readonly asked: string[] = [];
  /** How many bytes a flood had, buffers of the system included. */
  poured = 0;
  /** Decides about each request by its path; undefined lets it be. */
  disturb: (path: string) => Disturbance | undefined = () => undefined;
  readonly #server: Server;
  #handle: RequestListener = (_request, response) => void response.writeHead(404).end();

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Listens on a free port until `t` ends. */
  static async listen(t: Test): Promise<CounterpartServer> {
    const made = new CounterpartServer();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => made.#close());
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What answers from now on. */
  serve(handle: RequestListener): void {
    this.#handle = handle;
  }

  /** How many requests there were to paths that end so. */
  count(ending: string): number {
    return this.asked.filter((each) => each.endsWith(ending)).length;
  }

  /** Stops listening until the returned function is called. */
  async leave(): Promise<() => Promise<void>> {
    const { port } = this;
    await this.#close();
    return () => new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.url);
    this.asked.push(`${request.method} ${pathname}`);
    const disturbance = this.disturb(pathname);
    switch (disturbance?.kind) {
      case 'answer':
        response.writeHead(disturbance.status, { 'content-type': disturbance.type ?? 'application/json' });
        response.end(disturbance.body ?? '{}');
        return;
      case 'redirect':
        response.writeHead(302, { location: disturbance.to }).end();
        return;
      case 'flood': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const pour = (): void => {
          do this.poured += 65_536;
          while (!response.destroyed && response.write('"'.padEnd(65_536)));
        };
        response.on('drain', pour);
        pour();
        return;
      }
      case 'cut':
        response.destroy();
        return;
      case 'silence':
        return;
      case undefined:
        this.#handle(request, response);
    }
  }

  #close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
