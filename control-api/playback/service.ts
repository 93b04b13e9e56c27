import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import type { Identity } from '../../server/http/access.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { may } from '../../server/kit/policy.ts';
import { signPlaybackToken } from '../../server/assets/playback-token.ts';
import type { Keyring } from '../../server/keys/port.ts';
import { dashManifest, hlsManifest } from '../../server/assets/storage-keys.ts';
import type { Counter, Limits } from '../../server/limits/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { countOne } from '../rate-limit.ts';
import { findPlayableVersion } from './repository.ts';
import type { SessionView, StartedSession } from './schemas.ts';

const maxListed = 1000;

export interface PlaybackServiceOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'playback' | 'origin' | 'server'>;
  readonly sessions: Pick<SessionStore, 'start' | 'get' | 'list' | 'end'>;
  readonly limits: Pick<Limits, 'counter'>;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Streams: who may start one, where it is, and how it ends. */
export class PlaybackService {
  readonly #options: PlaybackServiceOptions;
  readonly #starts: Counter;

  constructor(options: PlaybackServiceOptions) {
    this.#options = options;
    const points = options.config.playback.startsPerMinute;
    this.#starts = options.limits.counter('playback.start', { points, seconds: 60 });
  }

  /**
   * @param start `requestUrl` is how the caller reached us, for servers that were not told their public URL
   * @throws ProblemError too_many_requests, not_found, asset_not_playable, too_many_streams
   */
  async start(start: {
    readonly accountId: string;
    readonly assetId: string;
    readonly requestUrl: string;
  }): Promise<StartedSession> {
    const { db, config, sessions, keyring, clock } = this.#options;
    const { accountId, assetId } = start;
    await countOne(this.#starts, accountId, 'streams started');
    const versionId = await findPlayableVersion(db, assetId);
    const base = mediaUrl(config, start.requestUrl);
    const now = clock.now();
    // Whole seconds, because that is what the token says.
    const expiresAt = Math.floor(now / 1000) + config.playback.tokenSeconds;
    const id = newId('session');
    const token = signPlaybackToken({ assetId, versionId, sessionId: id, expiresAt }, keyring);
    const result = await sessions.start(
      { id, accountId, assetId, versionId, startedAt: now, expiresAt: expiresAt * 1000 },
      {
        perAccount: config.playback.streamsPerAccount,
        policy: config.playback.streamLimitPolicy,
        idleAfterMs: config.playback.idleSeconds * 1000,
      },
    );
    if (!result.started) {
      throw new ProblemError(
        'too_many_streams',
        `${result.active} streams of this account are playing already. Stop one of them.`,
        { extras: { active: result.active } },
      );
    }
    const prefix = `${base}/s/${token}/${assetId}/${versionId}`;
    return {
      sessionId: id,
      hls: `${prefix}/${hlsManifest}`,
      dash: `${prefix}/${dashManifest}`,
      expiresAt: toIso(expiresAt * 1000),
    };
  }

  /** @throws ProblemError forbidden when asking for somebody else without being a super admin */
  async list(identity: Identity, accountId: string | undefined): Promise<{ items: SessionView[] }> {
    const asked = accountId ?? identity.accountId;
    if (!may(identity, 'session.read', { ownerId: asked })) throw new ProblemError('forbidden');
    const found = await this.#options.sessions.list({ accountId: asked });
    return {
      items: found
        .slice(0, maxListed)
        .map((session) => ({
          id: session.id,
          accountId: session.accountId,
          assetId: session.assetId,
          versionId: session.versionId,
          startedAt: toIso(session.startedAt),
          expiresAt: toIso(session.expiresAt),
          lastSeenAt: toIso(session.lastSeenAt),
          bytes: session.bytes,
        })),
    };
  }

  /** @throws ProblemError not_found, also for somebody else's */
  async end(by: Caller, sessionId: string): Promise<void> {
    const { db, sessions } = this.#options;
    const session = await sessions.get(sessionId);
    const isTheirs = session !== undefined && may(by, 'session.end', { ownerId: session.accountId });
    if (!isTheirs || !(await sessions.end(sessionId))) throw new ProblemError('not_found', 'There is no such stream.');
    const owner = session.accountId;
    if (owner !== by.accountId)
      await db
        .transaction()
        .execute((tx) => by.audit.record(tx, { event: 'session.ended', subject: sessionId, before: { owner } }));
  }
}

/**
 * Where players reach the origin, without a trailing slash.
 * @throws ProblemError invalid_request when all there is is a Host header that is not a host
 */
function mediaUrl(config: Pick<Config, 'origin' | 'server'>, requestUrl: string): string {
  const configured = config.origin.publicUrl || config.server.publicUrl;
  if (configured !== '') return configured.replace(/\/+$/, '');
  if (!URL.canParse(requestUrl)) throw new ProblemError('invalid_request', 'The Host header is not a host.');
  return new URL(requestUrl).origin;
}
