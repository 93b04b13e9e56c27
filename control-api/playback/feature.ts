import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { Keyring } from '../../server/keys/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import type { Consumer } from '../../server/outbox/port.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { Feature } from '../feature.ts';
import type { Entitlements, Titles, Watchers } from './entitlements.ts';
import { personalDataOfPlayback } from './personal-data.ts';
import { registerPlaybackRoutes } from './routes.ts';
import { PlaybackService } from './service.ts';
import { playbackProblems } from './problems.ts';

export interface PlaybackDeps {
  readonly config: Pick<Config, 'playback' | 'origin' | 'server'>;
  readonly db: Database;
  readonly sessions: SessionStore;
  readonly entitlements: Entitlements;
  readonly titles: Titles;
  readonly profiles: Watchers;
  readonly playbackKeyring: Keyring;
  readonly clock: Clock;
}

/** Streams: who may start one, where it is, and how it ends. */
export function playbackFeature(deps: PlaybackDeps): Feature {
  const { sessions } = deps;
  return {
    name: 'playback',
    problems: playbackProblems,
    personalData: personalDataOfPlayback(sessions),
    routes(app) {
      const playback = new PlaybackService({ ...deps, keyring: deps.playbackKeyring });
      registerPlaybackRoutes(app, playback, deps.config.playback.startsPerMinute);
    },
    consumers: [endStreamsOfVersion(sessions), endStreamsOfVideo(sessions), endStreamsOfAccount(sessions)],
  };
}

/**
 * While the session store is away it is tried again and again, for longer than a token may be valid: with pauses of
 * five minutes, nine days.
 */
const maxAttempts = 2600;

/** A stream of a version that will never be complete would wait at its end without end. */
const endStreamsOfVersion = (sessions: SessionStore): Consumer<'version.ended'> => ({
  name: 'playback.end-streams',
  events: ['version.ended'],
  maxAttempts,
  async deliver({ payload: { assetId, versionId } }) {
    await sessions.endAll({ assetId, versionId });
  },
});

/** For whom it is there still, the player starts another one. */
const endStreamsOfVideo = (sessions: SessionStore): Consumer<'video.withdrawn'> => ({
  name: 'playback.end-streams-of-video',
  events: ['video.withdrawn'],
  maxAttempts,
  async deliver({ payload: { assetId, at } }) {
    await sessions.endAll({ assetId, startedUntil: at });
  },
});

/**
 * They are ended at once by the request that signs the account out. This is for when its process is killed before it
 * gets to that. What the account started since, signed in again, goes on.
 */
const endStreamsOfAccount = (sessions: SessionStore): Consumer<'account.signed-out'> => ({
  name: 'playback.end-streams-of-account',
  events: ['account.signed-out'],
  maxAttempts,
  async deliver({ payload: { accountId, at } }) {
    await sessions.endAll({ accountId, startedUntil: at });
  },
});
