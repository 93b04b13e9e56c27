import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.ts';
import type { EventBus } from '../server/events/port.ts';
import { isPicturePath, readPicturePath } from '../server/assets/picture-address.ts';
import { mediaSecurityHeaders } from '../server/http/security-headers.ts';
import type { Clock } from '../server/kit/clock.ts';
import type { Logger } from '../server/kit/logger.ts';
import type { Keyring } from '../server/keys/port.ts';
import { assetPrefix, publishedKey, versionPrefix } from '../server/assets/storage-keys.ts';
import type { SessionStore } from '../server/sessions/port.ts';
import type { DiskCache } from './disk-cache/disk-cache.ts';
import { createCorsPolicy } from './http/cors.ts';
import { Exchange, type ExchangeContext } from './http/exchange.ts';
import { ManifestCache } from './manifests/manifest-cache.ts';
import { serveManifest } from './manifests/serve-manifest.ts';
import { OriginMetrics } from './metrics.ts';
import type { OriginStorage } from './origin-storage.ts';
import { originPrefix, parseRequestPath } from './request-path.ts';
import { AwaitedSegments } from './segments/awaited-segments.ts';
import { ObjectCache } from './segments/object-cache.ts';
import { ReadAhead } from './segments/read-ahead.ts';
import { notFoundCaching, serveSegment } from './segments/serve-segment.ts';
import { ClientLimit, type ClientLimitOptions } from './sessions/clients.ts';
import { ActivityReporter } from './sessions/activity.ts';
import { StoreGuard } from './store/store-guard.ts';
import { Authorizer } from './tokens/authorizer.ts';
import { originProblems } from './problems.ts';

export interface OriginOptions {
  readonly config: Config['origin'];
  /** Whether browsers reach it by https only, on a host of its own. */
  readonly secure: boolean;
  /** How many may play one session at the same time, and whether a proxy says who asks. */
  readonly clients: Pick<ClientLimitOptions, 'perSession' | 'trustProxy'>;
  readonly storage: OriginStorage;
  readonly sessions: Pick<SessionStore, 'isDenied' | 'touch'>;
  /** Between memory and storage, where storage is far away. The origin closes it. */
  readonly disk?: DiskCache | undefined;
  /** Whether the next segments of what is played are read before they are asked for. */
  readonly readAhead: boolean;
  readonly events: Pick<EventBus, 'subscribe'>;
  /** Signs playback tokens. */
  readonly keyring: Keyring;
  /** Signs the addresses of pictures. */
  readonly pictureKeyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Serves published media to those whose token says so. */
export interface Origin {
  /**
   * Answers the request if its path is the origin's (starts with `/s/`); false if it is somebody else's. Never throws.
   * Connections that stall are the HTTP server's to end (`server.timeout`).
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Stops listening to events and reports what sessions did. Call it when no request is being served any more. */
  close(): Promise<void>;
}

const MiB = 1024 ** 2;
/** What one streamed object holds in memory, about: a chunk on its way in and one on its way out. */
const bytesOfStream = MiB / 2;
const fewestStreams = 32;

/** Builds an origin. Both caches together stay within `config.cacheBytes`. */
export function createOrigin(options: OriginOptions): Origin {
  const { config, storage, disk, sessions, events, keyring, clock } = options;
  const logger = options.logger.child({ role: 'origin' });
  const manifestBytes = Math.min(Math.floor(config.cacheBytes / 8), 64 * MiB);
  const segmentBytes = config.cacheBytes - manifestBytes;

  const authorizer = new Authorizer({ keyring, sessions });
  const activity = new ActivityReporter({ sessions, reportSeconds: config.reportSeconds, logger });
  const clients = new ClientLimit({
    ...options.clients,
    onRefused: (session) => {
      logger.warn({ session }, 'more clients than allowed play one stream at the same time; the newest are refused');
    },
  });
  const store = new StoreGuard({
    storage,
    limits: {
      reads: config.storeReads,
      waiting: config.storeReadsWaiting,
      // What all of them hold together stays within what slow clients may take of memory.
      streams: Math.max(fewestStreams, Math.floor(config.cacheBytes / 4 / bytesOfStream)),
      timeoutMs: config.storeTimeoutSeconds * 1000,
    },
    metrics: () => metrics,
  });
  const segments = new ObjectCache({
    store,
    disk,
    maxBytes: segmentBytes,
    aheadBytes: options.readAhead ? Math.floor(segmentBytes / 8) : 0,
    maxObjectBytes: config.maxCachedObjectBytes,
    metrics: () => metrics,
  });
  const manifests = new ManifestCache({
    store,
    disk,
    // Events may be missed; those who begin to play ask for a manifest.
    onGone: (key) => {
      dropCached(`${key.split('/', 3).join('/')}/`);
    },
    maxBytes: manifestBytes,
    maxAgeMs: config.manifestMaxAgeMs,
    clock,
    logger,
    metrics: () => metrics,
  });
  const awaited = new AwaitedSegments({
    manifests,
    waitMs: 15_000,
    refusalMs: 2000,
    mostOfSession: 6,
    mostInAll: 1000,
  });
  const readAhead = options.readAhead
    ? new ReadAhead({
        cache: segments,
        manifests,
        atOnce: Math.ceil(config.storeReads / 6),
        isUnderPressure: () => store.isFailing || store.isBusy,
        count: (result) => {
          metrics.readAhead(result);
        },
      })
    : undefined;
  const metrics: OriginMetrics = new OriginMetrics(options.registry, {
    activeSessions: () => activity.active,
    cacheBytes: (cache) => (cache === 'segments' ? segments : manifests).cachedBytes,
    overflowBytes: () => segments.overflowBytes,
    verifiedTokens: () => authorizer.size,
    storeCalls: () => store.calls,
    disk: () => disk,
  });
  const context: ExchangeContext = {
    cors: createCorsPolicy(config.corsOrigins, mediaSecurityHeaders(options)),
    metrics,
    activity,
    clock,
    logger,
  };

  function dropCached(prefix: string): void {
    for (const cache of [segments, manifests, disk]) cache?.drop(prefix);
  }
  const unsubscribes = [
    events.subscribe('asset.deleted', ({ assetId }) => {
      authorizer.denyAsset(assetId);
      dropCached(assetPrefix(assetId));
    }),
    // Failed or cancelled while it grew: nobody plays it any more, and its files are collected.
    events.subscribe('version.ended', ({ assetId, versionId }) => {
      dropCached(versionPrefix(assetId, versionId));
    }),
  ];

  /** Pictures are for everybody who knows their address: no session, no token that ends. */
  function answerPicture(exchange: Exchange, target: string): void {
    const picture = readPicturePath(target, options.pictureKeyring);
    // As anything that is not there, so that nobody learns what is.
    if (!picture) return exchange.problem('not_found', notFoundCaching);
    exchange.kind = 'picture';
    const { method } = exchange.request;
    if (method !== 'GET' && method !== 'HEAD')
      return exchange.problem('method_not_allowed', { Allow: 'GET, HEAD', Connection: 'close' });
    serveSegment(
      { cache: segments, store, awaited, readAhead },
      exchange,
      picture.key,
      picture.contentType,
      () => true,
    );
    return undefined;
  }

  function answer(exchange: Exchange, target: string): void {
    if (isPicturePath(target)) return answerPicture(exchange, target);
    const { method } = exchange.request;
    if (method === 'OPTIONS') return exchange.preflight();
    if (method !== 'GET' && method !== 'HEAD') {
      // Whatever body comes with it is not waited for.
      return exchange.problem('method_not_allowed', { Allow: 'GET, HEAD, OPTIONS', Connection: 'close' });
    }
    const path = parseRequestPath(target);
    if (!path) return exchange.problem('not_found', notFoundCaching);
    exchange.kind = path.kind;
    const authorization = authorizer.authorize(path, clock.now());
    if (!authorization.granted) {
      logger.debug(
        { refusal: authorization.refusal, asset: path.assetId, version: path.versionId, file: path.file },
        'refused',
      );
      return exchange.problem(originProblems.playback_denied);
    }
    const { claims } = authorization;
    const wish = { sessionId: claims.sessionId, rendition: path.folder };
    if (!clients.admit(exchange.request, wish, clock.now())) return exchange.problem(originProblems.too_many_clients);
    exchange.claims = claims;
    // From the claims, not from the path: even a mistake in the comparison reads nothing but what was signed for.
    const key = publishedKey(claims.assetId, claims.versionId, path.file);
    const stillGranted = (): boolean => authorizer.stillGranted(claims);
    if (path.kind === 'segment')
      serveSegment({ cache: segments, store, awaited, readAhead }, exchange, key, path.contentType, stillGranted);
    else void serveManifest(manifests, config.manifestMaxAgeMs, exchange, key, path.contentType, stillGranted);
    return undefined;
  }

  return {
    handle(request, response) {
      const target = request.url ?? '';
      if (!target.startsWith(originPrefix)) return false;
      const exchange = new Exchange(request, response, context);
      try {
        answer(exchange, target);
      } catch (error) {
        exchange.fail(error, '(none)');
      }
      return true;
    },
    async close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
      await Promise.all([activity.close(), disk?.close()]);
    },
  };
}
