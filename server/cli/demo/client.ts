import { open } from 'node:fs/promises';
import path from 'node:path';
import type { paths } from '../../../control-api/openapi.d.ts';

/** What the API answers. */
export type Json<P extends keyof paths, M extends keyof paths[P], S extends number> = paths[P][M] extends {
  responses: infer R;
}
  ? S extends keyof R
    ? R[S] extends { content: { 'application/json': infer B } }
      ? B
      : never
    : never
  : never;

export type DemoAsset = Json<'/api/v1/assets/{id}', 'get', 200>;
type AssetPage = Json<'/api/v1/assets', 'get', 200>;
type StartedSession = Json<'/api/v1/playback/sessions', 'post', 201>;

/** Bytes sent in one request: large enough to be quick, small enough to show progress. */
const patchBytes = 8 * 1024 * 1024;

/** The demo as a client of the control API, over HTTP like any other. */
export class DemoClient {
  readonly #url: string;
  readonly #accessToken: () => Promise<string>;

  constructor(url: string, accessToken: () => Promise<string>) {
    this.#url = url;
    this.#accessToken = accessToken;
  }

  async #request(
    method: string,
    target: string,
    headers: Record<string, string> = {},
    body?: string | Buffer,
  ): Promise<Response> {
    const response = await fetch(new URL(target, this.#url), {
      method,
      headers: { authorization: `Bearer ${await this.#accessToken()}`, ...headers },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
    throw new Error(problem.detail ?? problem.title ?? `${method} ${target} answered ${response.status}`);
  }

  /**
   * Asks for what is answered with JSON.
   * @param authorization whose request it is, instead of the operator's
   * @throws Error what the server refused
   */
  async ask<Answer>(method: string, target: string, body?: object, authorization?: string): Promise<Answer> {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(authorization !== undefined && { authorization }),
    };
    const response = await this.#request(method, `/api/v1${target}`, headers, body && JSON.stringify(body));
    return (await response.json()) as Answer;
  }

  /**
   * Asks for what is answered without a word.
   * @throws Error what the server refused
   */
  async tell(method: string, target: string, body: object): Promise<void> {
    await this.#request(method, `/api/v1${target}`, { 'content-type': 'application/json' }, JSON.stringify(body));
  }

  /**
   * Gives a picture to the catalogue.
   * @returns its id
   * @throws Error what the server refused
   */
  async givePicture(kind: string, file: Buffer): Promise<string> {
    const type = { 'content-type': 'application/octet-stream' };
    const response = await this.#request('POST', `/api/v1/catalogue/pictures?kind=${kind}`, type, file);
    return ((await response.json()) as Json<'/api/v1/catalogue/pictures', 'post', 201>).id;
  }

  async asset(id: string): Promise<DemoAsset> {
    return this.ask('GET', `/assets/${id}`);
  }

  /** Starts a playback session. */
  async play(assetId: string): Promise<StartedSession> {
    return this.ask('POST', '/playback/sessions', { assetId });
  }

  /** An asset made of the same file by an earlier run (same name and size), unless it failed. */
  async find(file: string, bytes: number): Promise<string | undefined> {
    const { items } = await this.ask<AssetPage>('GET', '/assets?limit=100');
    return items.find(
      (asset) =>
        asset.filename === path.basename(file) &&
        asset.sourceBytes === bytes &&
        !['failed', 'cancelled'].includes(asset.state),
    )?.id;
  }

  /**
   * Uploads by tus and returns the asset's id.
   * @param onProgress is told the share that was sent
   * @param titleId the title whose video it is to become
   */
  async upload(file: string, bytes: number, onProgress: (share: number) => void, titleId?: string): Promise<string> {
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const purpose = titleId === undefined ? '' : `,titleId ${encode(titleId)}`;
    const created = await this.#request('POST', '/api/v1/uploads', {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes),
      'upload-metadata': `filename ${encode(path.basename(file))},filetype ${encode('video/mp4')}${purpose}`,
    });
    const location = created.headers.get('location') ?? '';
    let asset = created.headers.get('dramabox-asset');
    const source = await open(file);
    try {
      const buffer = Buffer.alloc(Math.min(patchBytes, bytes));
      for (let offset = 0; offset < bytes;) {
        const { bytesRead } = await source.read(buffer, 0, buffer.length, offset);
        if (bytesRead === 0) throw new Error(`${file} got shorter while it was read`);
        const answer = await this.#request(
          'PATCH',
          location,
          {
            'tus-resumable': '1.0.0',
            'upload-offset': String(offset),
            'content-type': 'application/offset+octet-stream',
          },
          buffer.subarray(0, bytesRead),
        );
        offset += bytesRead;
        asset = answer.headers.get('dramabox-asset');
        onProgress(offset / bytes);
      }
    } finally {
      await source.close();
    }
    if (asset === null) throw new Error('The upload ended without an asset');
    return asset;
  }
}
