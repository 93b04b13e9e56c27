import { createHash, createPrivateKey } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CRC32C, Storage as GoogleStorage, type Bucket } from '@google-cloud/storage';
import { ExponentialBackoff } from 'cockatiel';
import { JWT } from 'google-auth-library';
import { OperatorError } from '../kit/errors.ts';
import { Semaphore } from '../kit/semaphore.ts';
import { failureOf, GcsDamaged, GcsTimeout, GcsUnreachable, inWords, isTransient, toOurs } from './gcs-failures.ts';

export interface GcsOptions {
  readonly bucket: string;
  /** In front of every key: empty, or ending in `/`. */
  readonly prefix: string;
  /** Another address than Google's, for private endpoints and tests; empty: Google's. */
  readonly endpoint: string;
  /** The key file of a service account, JSON; empty: application default credentials. */
  readonly serviceAccountKey: string;
  /** How long Google may stay silent before a request counts as lost, in milliseconds. */
  readonly timeoutMs: number;
  /** How often a request is made before it counts as failed. */
  readonly attempts: number;
  /** Most requests at the same time; others wait. */
  readonly connections: number;
  /** Longest pause between two attempts, in milliseconds. */
  readonly longestPauseMs?: number;
  /**
   * What goes in one request, and what one transfer holds in memory, in bytes: a multiple of 256 KiB. Google's advice is
   * not to go below 8 MiB.
   */
  readonly pieceBytes?: number;
}

/** A request, and what of it is not the same for all. */
export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, or below the endpoint. */
  readonly url: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Whether the address is a permission by itself: no token goes with it. */
  readonly isSecret?: boolean;
  /** Statuses that are no failures, besides 2xx. */
  readonly expected?: readonly number[];
}

/** Transfers slower than this count as dead, in bytes per millisecond. */
const slowestBytesPerMs = 100;
const firstPauseMs = 100;

/** All that is asked of Google is asked of its storage. What the account may do there is for its roles to say. */
const scopes = ['https://www.googleapis.com/auth/devstorage.full_control'];

/**
 * Who speaks, by the key of a service account. It signs its tokens itself: nobody has to be asked for one
 * (https://google.aip.dev/auth/4111).
 * @throws OperatorError that says what is wrong with it, never what it holds
 */
function accountOf(json: string): JWT {
  const refuse = (what: string) => new OperatorError(`storage.serviceAccountKey ${what}`);
  let key: { type?: unknown; client_email?: unknown; private_key?: unknown; private_key_id?: unknown };
  try {
    key = JSON.parse(json) as typeof key;
  } catch {
    throw refuse('is not JSON: it must hold the key file of a service account itself, not its path');
  }
  const { type, client_email: email, private_key: secret, private_key_id: keyId } = key ?? {};
  if (type !== 'service_account' || typeof email !== 'string' || typeof secret !== 'string')
    throw refuse('is not the key of a service account (type, client_email, private_key)');
  try {
    createPrivateKey(secret);
  } catch {
    throw refuse('has a private_key that cannot be read: it is cut off, or its line breaks are lost');
  }
  const account = new JWT({ email, key: secret, scopes, ...(typeof keyId === 'string' && { keyId }) });
  account.useJWTAccessWithScope = true;
  // One token for all addresses, instead of a signature for each: a millisecond of this process.
  account.defaultServicePath = 'storage.googleapis.com';
  return account;
}

/** How long a store may be silent. While nobody listens it may. */
class Watch {
  readonly #controller = new AbortController();
  readonly #ms: number;
  readonly #ended: () => void;
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  /** @param ended called once it is over with the request */
  constructor(ms: number, signal: AbortSignal | undefined, ended: () => void) {
    this.#ms = ms;
    this.#ended = ended;
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
    this.listen();
  }

  listen(): void {
    this.rest();
    this.#timer = setTimeout(() => this.#controller.abort(new GcsTimeout(`Nothing for ${this.#ms} ms`)), this.#ms);
  }

  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Ends the request where it still runs. */
  end(): void {
    this.rest();
    this.#controller.abort(new GcsUnreachable('nobody reads on'));
    this.#ended();
  }
}

/** An answer whose bytes are still to be read, or not. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes as they come. Ending early ends the request. @throws GcsTimeout, GcsUnreachable */
  bytes(): AsyncGenerator<Buffer>;
  /** The rest as a text. */
  text(): Promise<string>;
  /** Reads a small rest that nobody wants: its connection can be used again. */
  done(): Promise<void>;
}

/**
 * The way to one bucket. The SDK says who we are and signs addresses; the requests are made here: the SDK's know no end
 * to waiting (it hands its `timeout` to a `node-fetch` that has no such option), cannot be ended, and copy an object
 * several times on its way. So there is one policy of attempts, and one limit for requests at the same time.
 */
export class GcsClient {
  readonly bucket: Bucket;
  readonly endpoint: string;
  readonly pieceBytes: number;
  readonly #storage: GoogleStorage;
  readonly #options: GcsOptions;
  readonly #turns: Semaphore;

  /** @throws OperatorError when the credentials are none */
  constructor(options: GcsOptions) {
    this.#options = options;
    this.pieceBytes = options.pieceBytes ?? 8 * 1024 * 1024;
    this.#turns = new Semaphore({ atOnce: options.connections });
    const account = options.serviceAccountKey === '' ? undefined : accountOf(options.serviceAccountKey);
    this.#storage = new GoogleStorage({
      ...(options.endpoint !== '' && { apiEndpoint: options.endpoint, useAuthWithCustomEndpoint: true }),
      ...(account && { authClient: account }),
    });
    // Who signs addresses. Otherwise the metadata service of Google's machines would be asked, which is not there.
    const { email, key } = account ?? {};
    if (email !== undefined && key !== undefined)
      this.#storage.authClient.jsonContent = { client_email: email, private_key: key };
    this.bucket = this.#storage.bucket(options.bucket);
    this.endpoint = this.#storage.apiEndpoint;
  }

  get bucketUrl(): string {
    return `/storage/v1/b/${encodeURIComponent(this.#options.bucket)}`;
  }

  objectUrl(name: string): string {
    return `${this.bucketUrl}/o/${encodeURIComponent(name)}`;
  }

  get uploadUrl(): string {
    return `/upload${this.bucketUrl}/o`;
  }

  /**
   * Does something that may be done again, until it succeeds or has failed too often.
   * @throws what went wrong, in words
   */
  async attempt<T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const patience = this.patience(signal);
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(attempt);
      } catch (error) {
        await patience.failed(error);
      }
    }
  }

  /** Asks for something that is said in JSON. @throws what went wrong, in words */
  json<T>(url: string, query: readonly (readonly [string, string])[] = [], signal?: AbortSignal): Promise<T> {
    return this.attempt(async () => {
      const answer = await this.send({ method: 'GET', url, query }, signal);
      return JSON.parse(await answer.text()) as T;
    }, signal);
  }

  /** Counts failures in a row of work that goes forward between them. */
  patience(signal?: AbortSignal): Patience {
    const { attempts, longestPauseMs = 10_000 } = this.#options;
    return new Patience({ attempts, longestPauseMs, signal, explain: (thrown) => this.explain(thrown) });
  }

  /** What went wrong, in words. */
  explain(thrown: unknown): Error {
    return inWords(toOurs(thrown), { bucket: this.#options.bucket, host: new URL(this.endpoint).host });
  }

  /**
   * Makes one request, when its turn comes. Its answer must be read to the end, or ended.
   * @throws GcsFailure, GcsUnreachable, GcsTimeout, the signal's reason
   */
  send(request: GcsRequest, signal?: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const work = async (): Promise<void> => {
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      resolve(await this.#send(request, signal, end));
      await over;
    };
    this.#turns.run(work, signal).catch(reject);
    return promise;
  }

  async #send(request: GcsRequest, signal: AbortSignal | undefined, ended: () => void): Promise<Answer> {
    const { method, query = [], body, isSecret = false, expected = [] } = request;
    const url = new URL(request.url, this.endpoint);
    for (const [name, value] of query) url.searchParams.append(name, value);
    const watch = new Watch(this.#options.timeoutMs + (body?.length ?? 0) / slowestBytesPerMs, signal, ended);
    let response: Response;
    try {
      const headers = isSecret
        ? new Headers()
        : new Headers(await this.#storage.authClient.getRequestHeaders(url.href));
      // Stored bytes, not packed ones: their length and their hash are known.
      headers.set('accept-encoding', 'identity');
      for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
      response = await fetch(url, {
        method,
        headers,
        // 308 is no redirect here; others are failures.
        redirect: 'manual',
        signal: watch.signal,
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      });
    } catch (error) {
      watch.end();
      signal?.throwIfAborted();
      throw toOurs(error);
    }
    const answer = answerOf(response, watch, signal);
    if (response.ok || expected.includes(response.status)) return answer;
    throw failureOf(response.status, await answer.text());
  }
}

function answerOf({ status, headers, body }: Response, watch: Watch, signal: AbortSignal | undefined): Answer {
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of body ?? []) {
        // The reader takes its time; the store may not.
        watch.rest();
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
        watch.listen();
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw toOurs(error);
    } finally {
      watch.end();
    }
  }
  const text = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of bytes()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { status, headers, bytes, text, done: async () => void (await text()) };
}

interface Limits {
  readonly attempts: number;
  readonly longestPauseMs: number;
  readonly signal: AbortSignal | undefined;
  readonly explain: (thrown: unknown) => Error;
}

/** How many failures in a row are borne, and how long is waited after each: growing, and never the same for two. */
export class Patience {
  readonly #limits: Limits;
  #failures = 0;
  #pauses;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#pauses = this.#fresh();
  }

  #fresh() {
    const backoff = new ExponentialBackoff({ initialDelay: firstPauseMs, maxDelay: this.#limits.longestPauseMs });
    return backoff.next();
  }

  /** Something was achieved: failures before do not count any more. */
  progressed(): void {
    this.#failures = 0;
    this.#pauses = this.#fresh();
  }

  /** Waits before the next attempt. @throws the failure, in words, when there should be none */
  async failed(thrown: unknown): Promise<void> {
    const { attempts, signal, explain } = this.#limits;
    signal?.throwIfAborted();
    this.#failures += 1;
    if (!isTransient(toOurs(thrown)) || this.#failures >= attempts) throw explain(thrown);
    await pause(this.#pauses.duration, undefined, signal ? { signal } : {});
    this.#pauses = this.#pauses.next(undefined);
  }
}

/**
 * What the store says that the bytes of an object are, from the header `x-goog-hash`. MD5 before CRC32C: Node has it in
 * native code, while the SDK's CRC32C takes 8 ms for a MiB.
 */
export function checkerOf(headers: Headers): { update(chunk: Buffer): void; assertSame(name: string): void } {
  const hashes = new Map(
    (headers.get('x-goog-hash') ?? '').split(',').map((part) => {
      const [kind = '', ...value] = part.trim().split('=');
      return [kind, value.join('=')] as const;
    }),
  );
  const [md5, crc32c] = [hashes.get('md5'), hashes.get('crc32c')];
  const hash = md5 === undefined ? undefined : createHash('md5');
  const crc = hash === undefined && crc32c !== undefined ? new CRC32C() : undefined;
  return {
    update(chunk) {
      hash?.update(chunk);
      crc?.update(chunk);
    },
    assertSame(name) {
      if (hash ? hash.digest('base64') !== md5 : crc && crc.toString() !== crc32c)
        throw new GcsDamaged(`The bytes of ${name} arrived otherwise than Google Cloud Storage has them`);
    },
  };
}
