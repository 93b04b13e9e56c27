import { readFile, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { Upload } from 'tus-js-client';
import { toError } from '../../kit/errors.ts';
import { until } from '../../testing/until.ts';

/** An API client as an app would be one: HTTP only, nothing imported from the server. */
export class Client {
  readonly url: string;
  readonly accessToken: string;

  private constructor(url: string, accessToken: string) {
    this.url = url;
    this.accessToken = accessToken;
  }

  static async signIn(url: string, email: string, password: string): Promise<Client> {
    const response = await fetch(`${url}/api/v1/accounts/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password, delivery: 'body' }),
    });
    if (!response.ok) throw new Error(`Sign-in: ${response.status} ${await response.text()}`);
    return new Client(url, ((await response.json()) as { accessToken: string }).accessToken);
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: T; readonly headers: Headers }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
      headers: response.headers,
    };
  }

  /** Uploads a file by tus and returns the asset made of it. */
  async upload(file: string, options: { readonly filename?: string; readonly type?: string } = {}): Promise<string> {
    const { size } = await stat(file);
    // An empty upload has no PATCH: its creation finishes it.
    const source = size === 0 ? await readFile(file) : createReadStream(file);
    return new Promise<string>((resolve, reject) => {
      let assetId: string | undefined;
      const upload = new Upload(source as never, {
        endpoint: `${this.url}/api/v1/uploads`,
        uploadSize: size,
        chunkSize: 4 * 1024 * 1024,
        retryDelays: [],
        headers: { authorization: `Bearer ${this.accessToken}` },
        metadata: { filename: options.filename ?? 'clip.mp4', filetype: options.type ?? 'video/mp4' },
        onAfterResponse: (_request, response) => {
          assetId = response.getHeader('Dramabox-Asset') ?? assetId;
        },
        onError: reject,
        onSuccess: () =>
          assetId === undefined ? reject(new Error('The upload ended without an asset')) : resolve(assetId),
      });
      upload.start();
    });
  }

  async asset(assetId: string): Promise<AssetView> {
    const { status, body } = await this.request<AssetView>('GET', `/api/v1/assets/${assetId}`);
    if (status !== 200) throw new Error(`Asset ${assetId}: ${status}`);
    return body;
  }

  /** Waits until the asset is in one of the states, at most three minutes. */
  async waitFor(assetId: string, states: readonly string[]): Promise<AssetView> {
    let asset: AssetView | undefined;
    return until(
      `asset ${assetId} is ${states.join(' or ')}`,
      async () => {
        asset = await this.asset(assetId);
        return states.includes(asset.state) ? asset : undefined;
      },
      { timeoutMs: 180_000, everyMs: 100 },
    ).catch((error: unknown) => {
      throw new Error(`${toError(error).message}; seen last: ${JSON.stringify(asset)}`, { cause: error });
    });
  }

  /** Publishes a movie with this video at once: before, only staff can watch it. Returns the title. */
  async publish(assetId: string): Promise<string> {
    const made = await this.request<{ id: string }>('POST', '/api/v1/catalogue/titles', {
      kind: 'movie',
      originalLanguage: 'en',
      text: { name: 'Movie' },
      assetId,
    });
    const titles = [made.body.id];
    const { status } = await this.request('POST', '/api/v1/catalogue/steps', { step: 'publish', titles });
    if (status !== 204) throw new Error(`Publishing ${made.body.id}: ${status}`);
    return made.body.id;
  }

  async play(assetId: string): Promise<{ readonly sessionId: string; readonly hls: string; readonly dash: string }> {
    const { status, body } = await this.request<{ sessionId: string; hls: string; dash: string }>(
      'POST',
      '/api/v1/playback/sessions',
      { assetId },
    );
    if (status !== 201) throw new Error(`Playback: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** The part of an asset that the tests read. */
export interface AssetView {
  readonly id: string;
  readonly state: string;
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly [field: string]: unknown;
}
