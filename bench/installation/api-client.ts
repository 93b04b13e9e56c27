import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Upload } from 'tus-js-client';
import type { paths } from '../../control-api/openapi.d.ts';
import { BenchError } from '../runner/bench-error.ts';

type Json<P extends keyof paths, M extends keyof paths[P], S extends number> = paths[P][M] extends {
  responses: infer R;
}
  ? S extends keyof R
    ? R[S] extends { content: { 'application/json': infer B } }
      ? B
      : never
    : never
  : never;

export type Asset = Json<'/api/v1/assets/{id}', 'get', 200>;
export type StartedSession = Json<'/api/v1/playback/sessions', 'post', 201>;
type SignedIn = Json<'/api/v1/accounts/sign-in', 'post', 200>;

/** Bytes of one PATCH where an upload is not what is measured. */
const patchBytes = 8 * 1024 * 1024;

/** One account of an installation, over HTTP like any other client. */
export class ApiClient {
  readonly url: string;
  readonly #email: string;
  readonly #password: string;
  #token = '';
  #renewAt = 0;

  private constructor(url: string, email: string, password: string) {
    this.url = url.replace(/\/+$/, '');
    this.#email = email;
    this.#password = password;
  }

  /** @throws BenchError */
  static async signIn(url: string, email: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(url, email, password);
    await client.accessToken();
    return client;
  }

  /** A token that is good for half of its life at least. */
  async accessToken(): Promise<string> {
    if (Date.now() < this.#renewAt) return this.#token;
    const response = await this.#fetch('POST', '/api/v1/accounts/sign-in', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: this.#email, password: this.#password, delivery: 'body' }),
    });
    const signedIn = (await response.json()) as SignedIn;
    this.#token = signedIn.accessToken;
    this.#renewAt = Date.now() + signedIn.expiresIn * 500;
    return this.#token;
  }

  async #fetch(
    method: string,
    target: string,
    options: { readonly headers?: Record<string, string>; readonly body?: string } = {},
  ): Promise<Response> {
    const response = await fetch(`${this.url}${target}`, { method, ...options }).catch((error: unknown) => {
      throw new BenchError(`${method} ${this.url}${target} got no answer: ${(error as Error).message}`, {
        cause: error,
      });
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
    const reason = problem.detail ?? problem.title ?? '';
    throw new BenchError(`${method} ${target} answered ${response.status}: ${reason}`);
  }

  /** What every request of this account has. */
  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.accessToken()}` };
  }

  /** @throws BenchError with what the problem says */
  async request(method: string, target: string, body?: unknown): Promise<Response> {
    const headers = await this.headers();
    if (body === undefined) return this.#fetch(method, target, { headers });
    headers['content-type'] = 'application/json';
    return this.#fetch(method, target, { headers, body: JSON.stringify(body) });
  }

  async asset(id: string): Promise<Asset> {
    return (await (await this.request('GET', `/api/v1/assets/${id}`)).json()) as Asset;
  }

  /** Starts a stream. */
  async play(assetId: string): Promise<StartedSession> {
    return (await (await this.request('POST', '/api/v1/playback/sessions', { assetId })).json()) as StartedSession;
  }

  async endSession(sessionId: string): Promise<void> {
    await this.request('DELETE', `/api/v1/playback/sessions/${sessionId}`);
  }

  async deleteAsset(id: string): Promise<void> {
    await this.request('DELETE', `/api/v1/assets/${id}`);
  }

  /** Makes a movie of a video and publishes it, so that everybody may watch it. Returns the title. */
  async publishMovie(assetId: string): Promise<string> {
    const movie = { kind: 'movie', originalLanguage: 'en', text: { name: 'dramabox-bench' }, maturity: 0, assetId };
    const made = (await (await this.request('POST', '/api/v1/catalogue/titles', movie)).json()) as { id: string };
    await this.request('POST', '/api/v1/catalogue/steps', { step: 'publish', titles: [made.id] });
    return made.id;
  }

  async deleteTitle(id: string): Promise<void> {
    await this.request('DELETE', `/api/v1/catalogue/titles/${id}`);
  }

  /** Uploads a file by tus and returns the asset that is made of it. */
  async upload(file: string, filename: string): Promise<string> {
    const { size } = await stat(file);
    const headers = await this.headers();
    return new Promise<string>((resolve, reject) => {
      let asset: string | undefined;
      const upload = new Upload(createReadStream(file), {
        endpoint: `${this.url}/api/v1/uploads`,
        uploadSize: size,
        chunkSize: patchBytes,
        retryDelays: [],
        headers,
        metadata: { filename, filetype: 'video/mp4' },
        onAfterResponse: (_request, response) => {
          asset = response.getHeader('Dramabox-Asset') ?? asset;
        },
        onError: (error) => {
          reject(new BenchError(`${filename} could not be uploaded: ${error.message}`, { cause: error }));
        },
        onSuccess: () => {
          if (asset === undefined) reject(new BenchError('The upload ended without an asset'));
          else resolve(asset);
        },
      });
      upload.start();
    });
  }

  /**
   * Waits until an asset is complete.
   * @param seen told each time it was looked at
   * @throws BenchError when it failed
   */
  async whenReady(id: string, seen: (asset: Asset) => void = () => undefined, everyMs = 100): Promise<Asset> {
    for (;;) {
      const asset = await this.asset(id);
      seen(asset);
      if (asset.state === 'ready') return asset;
      if (asset.state === 'failed' || asset.state === 'cancelled')
        throw new BenchError(`${asset.filename} is ${asset.state}: ${asset.error?.message ?? 'no reason is known'}`);
      await delay(everyMs);
    }
  }
}
