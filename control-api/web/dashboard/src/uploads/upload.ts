import * as tus from 'tus-js-client';
import { newKey } from '../../../kit/api/new-key.ts';
import type { Tokens } from '../../../kit/api/client.ts';
import { ApiError, errorFrom, UnreachableError } from '../../../kit/api/problem.ts';

/**
 * Life of one file: `waiting` for its turn -> `starting` -> `uploading` -> `finished`. `paused` by the person,
 * `reconnecting` while the network or the server is away; both go on from the last byte the server has.
 * `refused` is the server's (or the browser's) no, with the reason in words.
 */
export type UploadState = 'waiting' | 'starting' | 'uploading' | 'paused' | 'reconnecting' | 'finished' | 'refused';

export interface UploadStatus {
  readonly state: UploadState;
  /** Bytes sent so far. */
  readonly sent: number;
  /** Bytes per second over the last seconds; undefined while it cannot be said. */
  readonly speed: number | undefined;
  /** Why it was refused, or why it is reconnecting: an error, for `messageOf`. */
  readonly reason: unknown;
  /** Whether trying a refused file again can help. */
  readonly canRetry: boolean;
  /** The asset it became, once finished. */
  readonly assetId: string | undefined;
}

/** Whether a part of the file is still to be sent: leaving the page would stop it. */
export function isUnsent({ state }: Pick<UploadStatus, 'state'>): boolean {
  return state !== 'finished' && state !== 'refused';
}

/** Bytes per request: each one carries a fresh token, and proxies that collect requests lose no more than this. */
const chunkBytes = 64 * 1024 * 1024;
const speedWindowMs = 5_000;
const longestDelayMs = 15_000;

/** Thrown inside a request to end it when the person paused meanwhile. */
class Superseded extends Error {}

function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

/** Whether the account has used up what it may upload: hours pass, or titles are deleted, until there is more. */
function isQuota(thrown: unknown): boolean {
  const quotas: readonly (string | undefined)[] = [
    'too_many_uploads_of_day',
    'upload_bytes_of_day_used_up',
    'upload_storage_used_up',
  ];
  return thrown instanceof ApiError && quotas.includes(thrown.code);
}

/** Whether trying the same again within moments can help. */
function isPassing(thrown: unknown): boolean {
  if (thrown instanceof UnreachableError) return true;
  if (!(thrown instanceof ApiError)) return false;
  const { status, code } = thrown;
  if (isQuota(thrown)) return false;
  if (code === 'idempotency_in_progress' || code === 'upload_interrupted' || code === 'upload_offset_conflict')
    return true;
  // 507: no disk space is not going to change by itself within seconds; the person must know.
  return status === 401 || status === 408 || status === 423 || status === 429 || (status >= 500 && status !== 507);
}

function causeOf(error: Error): unknown {
  if (!(error instanceof tus.DetailedError)) return error;
  const response = error.originalResponse;
  if (response) return errorFrom(response.getStatus(), response.getBody(), response.getHeader('Retry-After') ?? null);
  if (error.causingError instanceof Error) return error.causingError;
  return new UnreachableError(error);
}

/** One file on its way to the server by tus 1.0, able to pause, to survive the network and a reload of the page. */
export class FileUpload {
  readonly id: string;
  readonly file: File;
  readonly fingerprint: string;
  #status: UploadStatus = {
    state: 'waiting',
    sent: 0,
    speed: undefined,
    reason: undefined,
    canRetry: false,
    assetId: undefined,
  };
  /** The run in hand; callbacks of an older one are ignored. */
  #run: tus.Upload | undefined;
  #url: string | null = null;
  /** Repeated until the server has answered: an upload whose answer was lost is not begun twice. */
  #creationKey: string | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #lastToken: string | undefined;
  #samples: { at: number; sent: number }[] = [];
  readonly #endpoint: string;
  readonly #tokens: Tokens;
  readonly #onChange: () => void;

  /** The title of the catalogue whose video it becomes; undefined: only the library has it. */
  readonly #titleId: string | undefined;

  constructor(
    id: string,
    file: File,
    fingerprint: string,
    endpoint: string,
    tokens: Tokens,
    onChange: () => void,
    titleId?: string,
  ) {
    this.#titleId = titleId;
    this.id = id;
    this.file = file;
    this.fingerprint = fingerprint;
    this.#endpoint = endpoint;
    this.#tokens = tokens;
    this.#onChange = onChange;
  }

  get status(): UploadStatus {
    return this.#status;
  }

  /** Whether it holds one of the places of uploads that go on at the same time. */
  get isActive(): boolean {
    return (
      this.#status.state === 'starting' || this.#status.state === 'uploading' || this.#status.state === 'reconnecting'
    );
  }

  /** Begins, or goes on from the last byte that the server has. */
  start(): void {
    if (this.isActive || this.#status.state === 'finished') return;
    this.#failures = 0;
    this.#set({ state: 'starting', reason: undefined });
    void this.#begin();
  }

  /** Tries again at once instead of at the end of the delay. */
  reconnect(): void {
    if (this.#status.state !== 'reconnecting') return;
    clearTimeout(this.#retry);
    void this.#begin();
  }

  pause(): void {
    if (!this.isActive && this.#status.state !== 'waiting') return;
    this.#stop();
    this.#set({ state: 'paused', reason: undefined });
  }

  /** Back to the end of the line: started again by what hands out the places. */
  queue(): void {
    if (this.#status.state === 'paused' || this.#status.state === 'refused')
      this.#set({ state: 'waiting', reason: undefined });
  }

  refuse(reason: Error, canRetry = false): void {
    this.#stop();
    this.#set({ state: 'refused', reason, canRetry });
  }

  /** Stops and removes what the server has. Throws when the server could not be told. */
  async cancel(): Promise<void> {
    this.#stop();
    const options = this.#options(() => true);
    const stored = await tus.defaultOptions.urlStorage.findUploadsByFingerprint(this.fingerprint);
    const urls = new Set(
      [this.#url, ...stored.map((upload) => upload.uploadUrl)].filter((url) => url !== null && this.#isOurs(url)),
    );
    for (const url of urls) {
      await tus.Upload.terminate(url!, options).catch((error: unknown) => {
        const cause = error instanceof Error ? causeOf(error) : error;
        if (!(cause instanceof ApiError && isGone(cause.status))) throw cause;
      });
    }
    for (const upload of stored) await tus.defaultOptions.urlStorage.removeUpload(upload.urlStorageKey);
  }

  #stop(): void {
    clearTimeout(this.#retry);
    const run = this.#run;
    this.#run = undefined;
    void run?.abort();
  }

  #set(change: Partial<UploadStatus>): void {
    if (change.state && change.state !== 'uploading') {
      this.#samples = [];
      change = { ...change, speed: undefined };
    }
    this.#status = { ...this.#status, ...change };
    this.#onChange();
  }

  /** The token goes only to the server of this page, whatever is in localStorage: another one may share its host. */
  #isOurs(url: string): boolean {
    const ours = new URL(`${this.#endpoint}/`, location.href).href;
    return URL.canParse(url, location.href) && new URL(url, location.href).href.startsWith(ours);
  }

  #options(isCurrent: () => boolean): tus.UploadOptions {
    return {
      endpoint: this.#endpoint,
      chunkSize: chunkBytes,
      retryDelays: null,
      removeFingerprintOnSuccess: true,
      metadata: {
        filename: this.file.name,
        filetype: this.file.type || 'application/octet-stream',
        ...(this.#titleId !== undefined && { titleId: this.#titleId }),
      },
      fingerprint: () => Promise.resolve(this.fingerprint),
      onBeforeRequest: async (request) => {
        this.#lastToken = await this.#tokens.token();
        // An abort that comes before a request is sent does not stop it: look again after every wait.
        if (!isCurrent()) throw new Superseded();
        request.setHeader('Authorization', `Bearer ${this.#lastToken}`);
        if (request.getMethod() === 'POST') request.setHeader('Idempotency-Key', (this.#creationKey ??= newKey()));
      },
      onAfterResponse: async (request, response) => {
        const status = response.getStatus();
        const isSettled = status < 400 || !isPassing(errorFrom(status, response.getBody(), null));
        // Refusals are kept with the key, too: what is tried again is a new upload.
        if (request.getMethod() === 'POST' && isSettled) this.#creationKey = undefined;
        if (status === 401) await this.#tokens.renew(this.#lastToken ?? '');
        // Asked how far it is, the library takes every failure for "gone" and starts again from zero. Only 404 and 410
        // mean that; anything else is thrown so that the bytes already there are not forgotten.
        if (request.getMethod() === 'HEAD' && (status < 200 || status > 299) && !isGone(status) && status !== 423) {
          throw errorFrom(status, response.getBody(), response.getHeader('Retry-After') ?? null);
        }
      },
    };
  }

  async #begin(): Promise<void> {
    const isCurrent = () => this.#run === run;
    const run: tus.Upload = new tus.Upload(this.file, {
      ...this.#options(isCurrent),
      onUploadUrlAvailable: () => {
        this.#url = run.url;
      },
      onProgress: (sent) => {
        if (isCurrent()) this.#progressed(sent);
      },
      onSuccess: ({ lastResponse }) => {
        if (!isCurrent()) return;
        this.#run = undefined;
        this.#set({
          state: 'finished',
          sent: this.file.size,
          reason: undefined,
          assetId: lastResponse.getHeader('Dramabox-Asset') ?? undefined,
        });
      },
      onError: (error) => {
        if (isCurrent()) this.#failed(causeOf(error));
      },
    });
    this.#run = run;
    const previous = (await run.findPreviousUploads())
      .filter((upload) => upload.uploadUrl !== null && this.#isOurs(upload.uploadUrl))
      .sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime))[0];
    if (!isCurrent()) return;
    if (previous) run.resumeFromPreviousUpload(previous);
    else if (this.#url !== null) run.options.uploadUrl = this.#url;
    run.start();
  }

  #progressed(sent: number): void {
    const now = performance.now();
    this.#samples.push({ at: now, sent });
    while (this.#samples.length > 2 && now - this.#samples[0]!.at > speedWindowMs) this.#samples.shift();
    const first = this.#samples[0]!;
    const elapsed = now - first.at;
    this.#failures = 0;
    this.#set({
      state: 'uploading',
      sent,
      reason: undefined,
      // Less than half a second says more about buffers than about the line.
      speed: elapsed > 500 ? Math.max(0, ((sent - first.sent) * 1000) / elapsed) : this.#status.speed,
    });
  }

  #failed(thrown: unknown): void {
    this.#run = undefined;
    if (!isPassing(thrown)) {
      // The same file is too large, or no video, a second time too.
      const isFinal = thrown instanceof ApiError && !isQuota(thrown) && [400, 413, 415, 422].includes(thrown.status);
      this.#set({ state: 'refused', reason: thrown, canRetry: !isFinal });
      return;
    }
    const asked = thrown instanceof ApiError && thrown.retryAfter !== undefined ? thrown.retryAfter * 1000 : 0;
    const delay = Math.max(asked, Math.min(longestDelayMs, 500 * 2 ** this.#failures));
    this.#failures += 1;
    this.#set({ state: 'reconnecting', reason: thrown });
    this.#retry = setTimeout(() => void this.#begin(), delay);
  }
}
