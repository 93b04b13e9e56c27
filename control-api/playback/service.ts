import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import { toIso, type Clock } from '../../server/kit/clock.ts';
import { ProblemError } from '../../server/kit/errors.ts';
import { publicBase } from '../../server/kit/public-address.ts';
import type { Identity } from '../../server/http/access.ts';
import { newId } from '../../server/kit/ids.ts';
import type { Caller } from '../../server/http/writes/audit.ts';
import { isAllowed } from '../../server/kit/permissions.ts';
import { may } from '../../server/kit/policy.ts';
import { signPlaybackToken } from '../../server/assets/playback-token.ts';
import { isAssetWithin } from '../title-scope.ts';
import type { Keyring } from '../../server/keys/port.ts';
import { dashManifest, hlsManifest } from '../../server/assets/manifest-names.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { RefusalReason } from './entitlement.ts';
import { readRegion } from '../region.ts';
import type { Entitlements, Titles, Watchers } from './entitlements.ts';
import { findAsset, findRungs } from './repository.ts';
import type { SessionView, StartedSession } from './schemas.ts';
import { streamRung } from './stream-rung.ts';
import { sharedProblems, type Problem } from '../../server/kit/problems.ts';
import { playbackProblems } from './problems.ts';

/** What clients are told of a refusal, besides its reason and parameters. */
const refusals: Readonly<Record<RefusalReason, Problem>> = {
  not_signed_in: playbackProblems.not_entitled,
  profile_not_chosen: sharedProblems.profile_not_chosen,
  sign_up_needed: playbackProblems.not_entitled,
  asset_not_playable: playbackProblems.asset_not_playable,
};

export interface PlaybackServiceOptions {
  readonly db: Database;
  readonly config: Pick<Config, 'playback' | 'origin' | 'server'>;
  readonly sessions: Pick<SessionStore, 'start' | 'get' | 'list' | 'end'>;
  readonly entitlements: Entitlements;
  readonly titles: Titles;
  readonly profiles: Watchers;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Streams: who may start one, where it is, and how it ends. */
export class PlaybackService {
  readonly #options: PlaybackServiceOptions;

  constructor(options: PlaybackServiceOptions) {
    this.#options = options;
  }

  /**
   * @param start `requestUrl` is how the caller reached us, for servers that were not told their public URL; `headers`
   * are those of the request
   * @throws ProblemError not_found, not_entitled, profile_not_chosen, asset_not_playable, too_many_streams, unauthenticated
   */
  async start(start: {
    readonly identity: Pick<Identity, 'accountId' | 'familyId' | 'role' | 'scope'>;
    /** A title, or the video of one; staff also one that has no title. */
    readonly wanted: { readonly titleId: string } | { readonly assetId: string };
    readonly requestUrl: string;
    readonly headers: IncomingHttpHeaders;
    /** Asks anew whether the account may start streams. */
    readonly isStillAllowed: () => Promise<boolean>;
  }): Promise<StartedSession> {
    const { db, config, sessions, entitlements, titles, profiles, keyring, clock } = this.#options;
    const { identity, wanted } = start;
    const account = { id: identity.accountId, role: identity.role };
    const isStaff = isAllowed(identity.role, 'assets.read');
    const profile = await profiles.current(identity);
    const now = clock.now();
    const region = readRegion(start.headers, config);
    const maturityLimit = profile?.maturityLimit ?? null;
    // What staff do not work on they watch as everybody does.
    const title =
      (isStaff ? await titles.playable(wanted, identity.scope) : undefined) ??
      (await titles.playable(wanted, { region, maturityLimit, now }));
    const isTheirs = isStaff && 'assetId' in wanted && (await isAssetWithin(db, identity, wanted.assetId));
    const assetId = title ? title.assetId : isTheirs ? wanted.assetId : undefined;
    if (assetId === undefined) throw noSuchTitle();
    const asset = assetId === null ? undefined : await findAsset(db, assetId);
    if (assetId === null || !asset) {
      if (!title) throw noSuchTitle();
      throw new ProblemError(playbackProblems.asset_not_playable, 'It has no video yet.');
    }
    const wantedTitle = title && { id: title.titleId, isFree: title.isFree, topRung: title.topRung };
    const entitlement = await entitlements.decide({ account, profile, title: wantedTitle, asset, region, now });
    if (!entitlement.granted) {
      const { reason, parameters } = entitlement;
      throw new ProblemError(refusals[reason], undefined, { extras: { reason, ...parameters } });
    }
    const { versionId } = asset;
    if (versionId === undefined) throw new ProblemError(playbackProblems.asset_not_playable);
    const topRung =
      entitlement.topRung === undefined ? undefined : streamRung(await findRungs(db, versionId), entitlement.topRung);
    const base = mediaUrl(config, start.requestUrl);
    // Whole seconds, because that is what the token says.
    const until = Math.min(now + config.playback.tokenSeconds * 1000, title?.closesAt ?? Number.POSITIVE_INFINITY);
    const expiresAt = Math.floor(until / 1000);
    const id = newId('session');
    const token = signPlaybackToken({ assetId, versionId, sessionId: id, expiresAt, topRung }, keyring);
    const result = await sessions.start(
      { id, accountId: account.id, assetId, versionId, startedAt: now, expiresAt: expiresAt * 1000 },
      {
        perAccount: entitlement.streams,
        policy: config.playback.streamLimitPolicy,
        idleAfterMs: config.playback.idleSeconds * 1000,
      },
    );
    if (!result.started) {
      throw new ProblemError(
        playbackProblems.too_many_streams,
        `${result.active} streams of this account are playing already. Stop one of them.`,
        { extras: { active: result.active, limit: entitlement.streams } },
      );
    }
    // What ended or was deleted since it was looked up has ended its streams before this one was there.
    if ((await findAsset(db, assetId))?.versionId === undefined) {
      await sessions.end(id);
      throw new ProblemError(playbackProblems.asset_not_playable);
    }
    // Somebody who is disabled has all streams ended: one that was not there yet must not outlive that.
    if (!(await start.isStillAllowed())) {
      await sessions.end(id);
      throw new ProblemError('unauthenticated');
    }
    const prefix = `${base}/s/${token}/${assetId}/${versionId}`;
    return {
      sessionId: id,
      hls: `${prefix}/${hlsManifest(topRung)}`,
      dash: `${prefix}/${dashManifest(topRung)}`,
      expiresAt: toIso(expiresAt * 1000),
      markers: [...(title?.markers ?? [])],
    };
  }

  /** @throws ProblemError forbidden when asking for somebody else without being a super admin */
  async list(identity: Identity, accountId: string | undefined): Promise<{ items: SessionView[] }> {
    const asked = accountId ?? identity.accountId;
    if (!may(identity, 'session.read', { ownerId: asked })) throw new ProblemError('forbidden');
    const found = await this.#options.sessions.list({ accountId: asked });
    return {
      items: found.map((session) => ({
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
  if (configured !== '') return publicBase(configured);
  if (!URL.canParse(requestUrl)) throw new ProblemError('invalid_request', 'The Host header is not a host.');
  return new URL(requestUrl).origin;
}

function noSuchTitle(): ProblemError {
  return new ProblemError('not_found', 'There is no such title.');
}
