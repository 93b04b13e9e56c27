import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { FileStore } from '@tus/file-store';
import { Server as TusServer } from '@tus/server';
import { permissionsOf } from '../../../../server/kit/permissions.ts';
import type { components } from '../../../openapi.d.ts';

type Schemas = components['schemas'];
type Account = Schemas['Account'];
export type Asset = Schemas['Asset'];
export type Version = Schemas['Version'];
type Code = Schemas['Problem']['code'];

export interface FakeApiOptions {
  /** The built app. */
  readonly dist: string;
  /** An empty folder for uploads and generated media. */
  readonly scratch: string;
  readonly maxUploadBytes: number;
}

export const people = {
  admin: { email: 'admin@example.com', password: 'correct horse battery', role: 'super_admin' },
  viewer: { email: 'viewer@example.com', password: 'only watching here', role: 'viewer' },
} as const;

/** The account as it is shown to itself. */
function asOwn(account: Account): Schemas['OwnAccount'] {
  return { ...account, permissions: [...permissionsOf(account.role)] };
}

/** The policy that the real server is expected to send with the app. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
};

const titles: Partial<Record<Code, [number, string]>> = {
  unauthenticated: [401, 'Sign in first'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  invalid_refresh_token: [401, 'The session has ended, sign in again'],
  csrf_header_missing: [403, 'The request did not come from the web app'],
  forbidden: [403, 'This account may not do that'],
  not_found: [404, 'Not found'],
  conflict: [409, 'The state does not allow that'],
  too_many_requests: [429, 'Too many requests'],
  upload_type_not_allowed: [415, 'This type of file is not accepted'],
  asset_not_playable: [409, 'This title is not ready to play yet'],
  invalid_request: [400, 'The request is not valid'],
  internal_error: [500, 'Something went wrong on the server'],
};

class Refusal extends Error {
  readonly code: Code;
  readonly headers: Record<string, string>;
  constructor(code: Code, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.code = code;
    this.headers = headers;
  }
  get status(): number {
    return titles[this.code]?.[0] ?? 500;
  }
  /** What the tus library calls it. */
  get status_code(): number {
    return this.status;
  }
  get body(): string {
    const problem: Schemas['Problem'] = {
      type: 'about:blank',
      title: titles[this.code]?.[1] ?? this.code,
      status: this.status,
      code: this.code,
      detail: this.message,
      requestId: 'request_TEST',
    };
    return JSON.stringify(problem);
  }
}

let serial = 0;
/** Sortable, of the form that the real server makes. */
function id(prefix: string): string {
  serial += 1;
  return `${prefix}_01J${String(serial).padStart(23, '0')}`;
}

/**
 * A stateful counterpart of the control API, as far as the dashboard uses it: typed by the same OpenAPI document, with
 * rotating refresh tokens that revoke their family when reused, a real tus endpoint and a real event stream. What the
 * encoders would do is done by the test through `change`. It can lose its network and get it back.
 */
export class FakeApi {
  readonly assets: Asset[] = [];
  /** Requests seen, as `METHOD path`. */
  readonly requests: string[] = [];
  /** Open playback sessions. */
  readonly playing = new Set<string>();
  /** PATCH requests that are still sending. */
  sending = 0;
  /** Refresh tokens that were used twice: none, if the app keeps its tabs in step. */
  reuses = 0;
  refreshes = 0;
  failedSignIns = 0;
  /** Failed sign-ins before further ones are put off. */
  signInLimit = 3;
  /** Whether the origin turns players away. */
  refusesMedia = false;
  /** Time a refresh takes, in milliseconds. */
  refreshDelayMs = 0;
  accessTokenSeconds = 900;
  readonly #options: FakeApiOptions;
  readonly #server: Server;
  readonly #tus: TusServer;
  readonly #sockets = new Set<Socket>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #accounts: Account[];
  readonly #accessTokens = new Map<string, { account: Account; family: string; expiresAt: number }>();
  readonly #refreshTokens = new Map<string, { account: Account; family: string; used: boolean }>();
  readonly #revoked = new Set<string>();
  readonly #uploads = new Map<string, string>();
  readonly #finished = new Map<string, string>();
  #media: Promise<string> | undefined;
  #isDown = false;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: FakeApiOptions) {
    this.#options = options;
    const now = new Date().toISOString();
    this.#accounts = Object.values(people).map(({ email, role }) => ({
      id: id('account'),
      email,
      role,
      status: 'active',
      createdAt: now,
      updatedAt: now,
    }));
    this.#tus = this.#makeTus();
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', (socket) => {
      if (this.#isDown) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#heartbeat = setInterval(() => {
      for (const listener of this.#listeners) listener.write(': still here\n\n');
    }, 1000);
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await this.#media?.catch(() => undefined);
  }

  /** Cuts every connection and takes no new one until `mendNetwork`. */
  breakNetwork(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mendNetwork(): void {
    this.#isDown = false;
  }

  /** Adds an asset with one version that waits, newest first. */
  addAsset(change: Partial<Asset> = {}): Asset {
    const now = new Date().toISOString();
    const asset: Asset = {
      id: id('asset'),
      title: 'A title',
      state: 'processing',
      isPlayable: false,
      mayChange: true,
      filename: 'a-title.mp4',
      sourceBytes: 12_345_678,
      durationMs: null,
      error: null,
      createdAt: now,
      updatedAt: now,
      media: null,
      versions: [this.#version(1)],
      ...change,
    };
    this.assets.unshift(asset);
    this.#announce('asset.changed', asset.id);
    return asset;
  }

  /** Changes an asset as the workers would, and announces it. */
  change(assetId: string, how: (asset: Asset, newest: Version) => void): void {
    const asset = this.#asset(assetId);
    how(asset, asset.versions[0]!);
    asset.updatedAt = new Date().toISOString();
    this.#announce('asset.changed', asset.id);
  }

  /** Ends all sign-ins as an administrator would; access tokens too. */
  revokeEverything(): void {
    for (const { family } of this.#refreshTokens.values()) this.#revoked.add(family);
  }

  /** What was received of the file that became this asset, as it lies on the disk. */
  async receivedBytes(assetId: string): Promise<Buffer> {
    const [uploadId] = [...this.#finished].find(([, asset]) => asset === assetId) ?? [];
    if (!uploadId) throw new Error(`${assetId} did not come from an upload`);
    return readFile(join(this.#options.scratch, uploadId));
  }

  /** Uploads begun and not given up, finished ones too. */
  get uploads(): number {
    return this.#uploads.size;
  }

  #version(number: number): Version {
    return {
      id: id('version'),
      number,
      state: 'queued',
      isCurrent: false,
      renditions: [],
      createdAt: new Date().toISOString(),
      startedAt: null,
      playableAt: null,
      finishedAt: null,
      work: { stage: 'queued', progress: 0, etaSeconds: null, queuePosition: 1, error: null },
    };
  }

  #asset(assetId: string): Asset {
    const asset = this.assets.find((one) => one.id === assetId);
    if (!asset) throw new Refusal('not_found', 'There is no such title.');
    return asset;
  }

  #announce(event: string, assetId: string): void {
    for (const listener of this.#listeners) listener.write(`event: ${event}\ndata: ${JSON.stringify({ assetId })}\n\n`);
  }

  #makeTus(): TusServer {
    return new TusServer({
      path: '/api/v1/uploads',
      relativeLocation: true,
      datastore: new FileStore({ directory: this.#options.scratch }),
      maxSize: this.#options.maxUploadBytes,
      namingFunction: () => id('upload'),
      onUploadCreate: async (request, upload) => {
        const type = upload.metadata?.['filetype'] ?? '';
        if (!type.startsWith('video/') && type !== 'application/octet-stream') {
          throw new Refusal('upload_type_not_allowed', `Files of type ${type} are not accepted: choose a video file.`);
        }
        this.#uploads.set(upload.id, this.#who(request.headers.get('authorization')).id);
        return {};
      },
      onIncomingRequest: async (request, uploadId) => {
        const owner = this.#uploads.get(uploadId);
        if (owner !== undefined && owner !== this.#who(request.headers.get('authorization')).id) {
          throw new Refusal('not_found', 'There is no such upload.');
        }
      },
      onUploadFinish: async (_request, upload) => {
        const name = upload.metadata?.['filename'] ?? 'unnamed';
        const asset = this.addAsset({
          title: name.replace(/\.[^.]+$/, ''),
          filename: name,
          sourceBytes: upload.size ?? 0,
        });
        this.#finished.set(upload.id, asset.id);
        return { headers: { 'Dramabox-Asset': asset.id } };
      },
    });
  }

  #who(authorization: string | null | undefined): Account {
    const held = this.#accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (!held || held.expiresAt < Date.now() || this.#revoked.has(held.family))
      throw new Refusal('unauthenticated', 'Sign in first.');
    return held.account;
  }

  #grant(response: ServerResponse, account: Account, family: string): Schemas['SignedIn'] {
    const accessToken = randomBytes(16).toString('base64url');
    const refreshToken = randomBytes(32).toString('base64url');
    this.#accessTokens.set(accessToken, { account, family, expiresAt: Date.now() + this.accessTokenSeconds * 1000 });
    this.#refreshTokens.set(refreshToken, { account, family, used: false });
    response.setHeader(
      'Set-Cookie',
      `dramabox_refresh=${refreshToken}; Path=/api/v1/accounts; HttpOnly; SameSite=Strict; Max-Age=86400`,
    );
    return { accessToken, expiresIn: this.accessTokenSeconds, refreshToken: null, account: asOwn(account) };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    try {
      if (url.pathname.startsWith('/api/v1/accounts/'))
        return await this.#accountRoutes(request, response, url.pathname);
      if (url.pathname.startsWith('/api/v1/uploads')) {
        if (request.method !== 'OPTIONS') this.#who(request.headers.authorization);
        if (request.method === 'PATCH') {
          this.sending += 1;
          response.once('close', () => {
            this.sending -= 1;
          });
        }
        return await this.#tus.handle(request, response);
      }
      if (url.pathname.startsWith('/api/')) return await this.#assetRoutes(request, response, url);
      if (url.pathname.startsWith('/s/')) return await this.#mediaFile(response, url.pathname);
      return await this.#page(response, url.pathname);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('internal_error', String(error));
      request.resume();
      response
        .writeHead(refusal.status, { 'Content-Type': 'application/problem+json', ...refusal.headers })
        .end(refusal.body);
    }
  }

  async #accountRoutes(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path === '/api/v1/accounts/me') return json(response, 200, asOwn(this.#who(request.headers.authorization)));
    const body = await readJson(request);
    if (request.headers['dramabox-client'] === undefined)
      throw new Refusal('csrf_header_missing', 'The header is missing.');
    if (path === '/api/v1/accounts/sign-in') {
      if (this.failedSignIns >= this.signInLimit)
        throw new Refusal('too_many_requests', 'Too many failed attempts.', { 'Retry-After': '720' });
      const person = Object.values(people).find(
        ({ email, password }) => email === body['email'] && password === body['password'],
      );
      if (!person) {
        this.failedSignIns += 1;
        throw new Refusal('invalid_credentials', 'The e-mail address or the password is wrong.');
      }
      return json(
        response,
        200,
        this.#grant(
          response,
          this.#accounts.find(({ email }) => email === person.email)!,
          id('family'),
        ),
      );
    }
    const cookie = /dramabox_refresh=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const held = this.#refreshTokens.get(cookie ?? '');
    if (path === '/api/v1/accounts/sign-out') {
      if (held) this.#revoked.add(held.family);
      response.setHeader(
        'Set-Cookie',
        'dramabox_refresh=; Path=/api/v1/accounts; HttpOnly; SameSite=Strict; Max-Age=0',
      );
      response.writeHead(204).end();
      return;
    }
    if (!held || this.#revoked.has(held.family)) throw new Refusal('invalid_refresh_token', 'Nobody is signed in.');
    if (held.used) {
      this.reuses += 1;
      this.#revoked.add(held.family);
      throw new Refusal('invalid_refresh_token', 'The session has ended, sign in again.');
    }
    held.used = true;
    this.refreshes += 1;
    if (this.refreshDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.refreshDelayMs));
    json(response, 200, this.#grant(response, held.account, held.family));
  }

  async #assetRoutes(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const account = this.#who(request.headers.authorization);
    if (url.pathname.startsWith('/api/v1/playback/sessions'))
      return this.#playbackRoutes(request, response, url.pathname);
    if (account.role === 'viewer') throw new Refusal('forbidden', 'This account may not do that.');
    const [, assetId, action] = /^\/api\/v1\/assets(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(url.pathname) ?? [];
    if (assetId === undefined) return json(response, 200, this.#page25(url));
    if (assetId === 'events') {
      response
        .writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
        .write(': hello\n\n');
      this.#listeners.add(response);
      response.once('close', () => this.#listeners.delete(response));
      return;
    }
    const asset = this.#asset(assetId);
    if (request.method === 'DELETE') {
      this.assets.splice(this.assets.indexOf(asset), 1);
      response.writeHead(204).end();
      this.#announce('asset.deleted', assetId);
      return;
    }
    if (request.method === 'PATCH') {
      const { title } = await readJson(request);
      if (typeof title !== 'string' || title.trim() === '')
        throw new Refusal('invalid_request', 'A title needs at least one character.');
      asset.title = title;
    } else if (action !== undefined) {
      this.#act(asset, action);
    }
    json(response, 200, asset);
    if (request.method !== 'GET') this.#announce('asset.changed', assetId);
  }

  #act(asset: Asset, action: string): void {
    const newest = asset.versions[0]!;
    const ended = newest.state === 'failed' || newest.state === 'cancelled';
    if (action === 'cancel') {
      if (ended || newest.state === 'complete')
        throw new Refusal('conflict', 'Nothing is under way that could be cancelled.');
      newest.state = 'cancelled';
      newest.work = { ...newest.work, stage: 'cancelled', etaSeconds: null, queuePosition: null };
      if (!asset.isPlayable) asset.state = 'cancelled';
      return;
    }
    if (action === 'retry' && !ended)
      throw new Refusal('conflict', 'Only what failed or was cancelled can be tried again.');
    if (action === 'reencode' && newest.state !== 'complete')
      throw new Refusal('conflict', 'The title is still being processed.');
    asset.versions.unshift(this.#version(newest.number + 1));
    asset.error = null;
    if (!asset.isPlayable) asset.state = 'processing';
  }

  async #playbackRoutes(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'DELETE') {
      this.playing.delete(path.split('/').at(-1)!);
      response.writeHead(204).end();
      return;
    }
    const asset = this.#asset(String((await readJson(request))['assetId']));
    if (!asset.isPlayable) throw new Refusal('asset_not_playable', 'This title is not ready to play yet.');
    const sessionId = id('session');
    this.playing.add(sessionId);
    const base = `${this.url}/s/${sessionId}`;
    const started: Schemas['StartedSession'] = {
      sessionId,
      hls: `${base}/main.m3u8`,
      dash: `${base}/main.mpd`,
      expiresAt: new Date(Date.now() + 43_200_000).toISOString(),
    };
    json(response, 201, started);
  }

  #page25(url: URL): Schemas['AssetPage'] {
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const state = url.searchParams.get('state');
    const cursor = url.searchParams.get('cursor');
    const matching = this.assets.filter((asset) => state === null || asset.state === state);
    const rest = cursor === null ? matching : matching.slice(matching.findIndex((asset) => asset.id === cursor) + 1);
    const items = rest.slice(0, limit).map(({ media: _media, versions, ...summary }) => {
      const { renditions: _renditions, ...newestVersion } = versions[0]!;
      return { ...summary, newestVersion };
    });
    return { items, nextCursor: rest.length > limit ? items.at(-1)!.id : null };
  }

  /** Files of one short generated stream; only of sessions that are open, as the origin would have it. */
  async #mediaFile(response: ServerResponse, path: string): Promise<void> {
    const [, , session = '', file = ''] = path.split('/');
    if (this.refusesMedia || !this.playing.has(session)) throw new Refusal('forbidden', 'The session has ended.');
    this.#media ??= this.#makeMedia();
    const folder = await this.#media;
    if (!/^[a-z0-9]+\.(m3u8|mp4|m4s)$/.test(file)) throw new Refusal('not_found', 'No such file.');
    const bytes = await readFile(join(folder, file)).catch(() => {
      throw new Refusal('not_found', 'No such file.');
    });
    response.writeHead(200, { 'Content-Type': contentTypes[extname(file)] ?? 'application/octet-stream' }).end(bytes);
  }

  async #makeMedia(): Promise<string> {
    const folder = this.#options.scratch;
    await promisify(execFile)(
      process.env['DRAMABOX_TOOLS_FFMPEG'] ?? 'ffmpeg',
      [
        '-hide_banner',
        '-loglevel',
        'error',
        '-y',
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=320x180:rate=25',
        '-f',
        'lavfi',
        '-i',
        'sine=frequency=440',
        '-t',
        '8',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p',
        '-g',
        '50',
        '-c:a',
        'aac',
        '-f',
        'hls',
        '-hls_time',
        '2',
        '-hls_playlist_type',
        'vod',
        '-hls_segment_type',
        'fmp4',
        '-hls_segment_filename',
        join(folder, 'segment%d.m4s'),
        '-master_pl_name',
        'main.m3u8',
        join(folder, 'media.m3u8'),
      ],
      { cwd: folder },
    );
    return folder;
  }

  async #page(response: ServerResponse, path: string): Promise<void> {
    if (path === '/') {
      response.writeHead(302, { Location: '/dashboard/' }).end();
      return;
    }
    const inside = normalize(path.replace(/^\/dashboard\/?/, ''));
    const name = extname(inside) === '' ? 'index.html' : inside;
    if (!path.startsWith('/dashboard') || inside.startsWith('..')) throw new Refusal('not_found', 'No such page.');
    const bytes = await readFile(join(this.#options.dist, name)).catch(() => {
      throw new Refusal('not_found', 'No such file.');
    });
    response
      .writeHead(200, {
        'Content-Type': contentTypes[extname(name)] ?? 'application/octet-stream',
        'Content-Security-Policy': contentSecurityPolicy,
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Referrer-Policy': 'same-origin',
      })
      .end(bytes);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return pieces.length === 0 ? {} : (JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>);
}
