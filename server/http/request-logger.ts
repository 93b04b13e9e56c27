import type { FastifyBaseLogger } from 'fastify';

type ChildLoggerOptions = Parameters<FastifyBaseLogger['child']>[1];
type Method = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/**
 * The logger of one request, which is made when the request has something to say. Most have one line or none, and
 * making a logger costs as much as answering from memory does.
 */
export class RequestLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Record<string, unknown>;
  readonly #options: ChildLoggerOptions;
  #made: FastifyBaseLogger | undefined;

  constructor(parent: FastifyBaseLogger, bindings: Record<string, unknown>, options: ChildLoggerOptions) {
    this.#parent = parent;
    this.#bindings = bindings;
    this.#options = options;
  }

  get #own(): FastifyBaseLogger {
    return (this.#made ??= this.#parent.child(this.#bindings, this.#options) as FastifyBaseLogger);
  }

  get level(): FastifyBaseLogger['level'] {
    return this.#own.level;
  }

  get child(): FastifyBaseLogger['child'] {
    return this.#own.child.bind(this.#own);
  }

  #method<M extends Method>(name: M): FastifyBaseLogger[M] {
    return this.#own[name].bind(this.#own) as FastifyBaseLogger[M];
  }

  get fatal() {
    return this.#method('fatal');
  }

  get error() {
    return this.#method('error');
  }

  get warn() {
    return this.#method('warn');
  }

  get info() {
    return this.#method('info');
  }

  get debug() {
    return this.#method('debug');
  }

  get trace() {
    return this.#method('trace');
  }

  get silent() {
    return this.#method('silent');
  }
}
