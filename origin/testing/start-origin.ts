import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import type { Config } from '../../config/schema.ts';
import type { EventName, Events } from '../../server/events/port.ts';
import { newId } from '../../server/kit/ids.ts';
import { createLogger } from '../../server/kit/logger.ts';
import { signPlaybackToken, type PlaybackClaims } from '../../server/assets/playback-token.ts';
import type { Keyring, SigningKey } from '../../server/keys/port.ts';
import { publishedKey } from '../../server/assets/storage-keys.ts';
import type { SessionActivity } from '../../server/sessions/port.ts';
import type { Storage } from '../../server/storage/port.ts';
import { createFakeClock, type FakeClock } from '../../server/testing/fake-clock.ts';
import { MemoryStorage } from '../../server/testing/memory-storage.ts';
import type { DiskCache } from '../disk-cache/disk-cache.ts';
import { createOrigin, type Origin, type OriginOptions } from '../origin.ts';
import type { OriginStorage } from '../origin-storage.ts';
import { rawRequest, type RawRequest, type RawResponse } from './raw-request.ts';

/** Keys that tests add and remove. */
export class TestKeyring implements Keyring {
  readonly keys = new Map<string, SigningKey>();
  current: SigningKey;

  constructor() {
    this.current = this.add('first');
  }

  add(kid: string): SigningKey {
    this.current = { kid, secret: randomBytes(32) };
    this.keys.set(kid, this.current);
    return this.current;
  }

  find(kid: string): SigningKey | undefined {
    return this.keys.get(kid);
  }
}

/** The two things that the origin asks of the session store. */
export class TestSessions {
  readonly denied = new Set<string>();
  readonly reports: (readonly SessionActivity[])[] = [];
  failing: Error | undefined;

  isDenied(sessionId: string): boolean {
    return this.denied.has(sessionId);
  }

  async touch(activity: readonly SessionActivity[]): Promise<void> {
    if (this.failing) throw this.failing;
    this.reports.push(activity);
  }
}

/** Delivers at once, to those who still listen. */
class TestEvents {
  readonly listeners = new Map<EventName, Set<(event: never) => void>>();

  subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  emit<N extends EventName>(name: N, event: Events[N]): void {
    for (const listener of this.listeners.get(name) ?? []) (listener as (event: Events[N]) => void)(event);
  }
}

export interface RunningOrigin {
  readonly origin: Origin;
  readonly server: Server;
  readonly port: number;
  /** Not in use when other storage was given. */
  readonly storage: MemoryStorage;
  /** Not in use when another store was given. */
  readonly sessions: TestSessions;
  readonly events: TestEvents;
  readonly keyring: TestKeyring;
  readonly pictureKeyring: TestKeyring;
  readonly clock: FakeClock;
  readonly registry: Registry;
  /** What was logged, as JSON lines. */
  readonly log: string[];
  /** One asset with one version; `token` is for it. */
  readonly assetId: string;
  readonly versionId: string;
  readonly claims: PlaybackClaims;
  readonly token: string;
  put(file: string, body: Buffer | string): Promise<void>;
  /** `/s/<token>/<asset>/<version>/<file>`, any part of which may be another. */
  path(
    file: string,
    parts?: { readonly token?: string; readonly assetId?: string; readonly versionId?: string },
  ): string;
  sign(claims?: Partial<PlaybackClaims>): string;
  get(file: string, headers?: Record<string, string>, options?: RawRequest): Promise<RawResponse>;
  /** One line of the metrics, e.g. `dramabox_origin_cache_bytes{cache="segments"}`. */
  metric(line: string): Promise<number | undefined>;
}

const defaults: Config['origin'] = {
  publicUrl: '',
  cacheBytes: 8 * 1024 ** 2,
  maxCachedObjectBytes: 1024 ** 2,
  diskCache: 'off',
  diskCacheBytes: 64 * 1024 ** 2,
  diskCachePath: '',
  readAhead: 'off',
  manifestMaxAgeMs: 1000,
  storeReads: 48,
  storeReadsWaiting: 1024,
  storeTimeoutSeconds: 10,
  corsOrigins: ['*'],
  reportSeconds: 300,
};

/**
 * A real HTTP server with nothing but the origin on it, over storage and sessions in memory or the ones given;
 * `t.teardown` stops it.
 */
export async function startOrigin(
  t: { teardown(run: () => Promise<void>): void },
  config: Partial<Config['origin']> = {},
  objects?: OriginStorage & Pick<Storage, 'put'>,
  {
    disk,
    ids,
    store,
    ...clients
  }: Partial<OriginOptions['clients']> & {
    readonly disk?: DiskCache | undefined;
    /** The asset and version of another origin, instead of new ones. */
    readonly ids?: Pick<PlaybackClaims, 'assetId' | 'versionId'>;
    /** Instead of sessions in memory. */
    readonly store?: OriginOptions['sessions'];
  } = {},
): Promise<RunningOrigin> {
  const storage = new MemoryStorage();
  const sessions = new TestSessions();
  const events = new TestEvents();
  const keyring = new TestKeyring();
  const pictureKeyring = new TestKeyring();
  const clock = createFakeClock();
  const registry = new Registry();
  const log: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'trace', destination });
  const origin = createOrigin({
    config: { ...defaults, ...config },
    clients: { perSession: 0, trustProxy: false, ...clients },
    secure: true,
    storage: objects ?? storage,
    disk,
    readAhead: config.readAhead === 'on',
    sessions: store ?? sessions,
    events,
    keyring,
    pictureKeyring,
    clock,
    logger,
    registry,
  });
  const server = createServer((request, response) => {
    if (!origin.handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await origin.close();
  });
  const { port } = server.address() as AddressInfo;
  const claims: PlaybackClaims = {
    assetId: newId('asset'),
    versionId: newId('version'),
    ...ids,
    sessionId: newId('session'),
    expiresAt: clock.now() / 1000 + 3600,
    topRung: undefined,
  };
  const sign: RunningOrigin['sign'] = (other = {}) => signPlaybackToken({ ...claims, ...other }, keyring);
  const token = sign();
  const path: RunningOrigin['path'] = (file, parts = {}) =>
    `/s/${parts.token ?? token}/${parts.assetId ?? claims.assetId}/${parts.versionId ?? claims.versionId}/${file}`;
  return {
    origin,
    server,
    port,
    storage,
    sessions,
    events,
    keyring,
    pictureKeyring,
    clock,
    registry,
    log,
    claims,
    token,
    sign,
    path,
    assetId: claims.assetId,
    versionId: claims.versionId,
    put: (file, body) => (objects ?? storage).put(publishedKey(claims.assetId, claims.versionId, file), body),
    get: (file, headers, options) => rawRequest(port, path(file), { ...options, ...(headers && { headers }) }),
    metric: async (line) => {
      const found = (await registry.metrics()).split('\n').find((text) => text.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    },
  };
}
