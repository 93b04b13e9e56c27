import type { Config } from '../../config/schema.ts';
import type { Database } from '../../server/db/port.ts';
import type { EventBus } from '../../server/events/port.ts';
import type { Keyring } from '../../server/keys/port.ts';
import type { Clock } from '../../server/kit/clock.ts';
import { toError } from '../../server/kit/errors.ts';
import type { Logger } from '../../server/kit/logger.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import type { Feature } from '../feature.ts';
import type { Entitlements } from './entitlements.ts';
import { registerPlaybackRoutes } from './routes.ts';
import { PlaybackService } from './service.ts';
import { playbackProblems } from './problems.ts';

export interface PlaybackDeps {
  readonly config: Pick<Config, 'playback' | 'origin' | 'server'>;
  readonly db: Database;
  readonly sessions: SessionStore;
  readonly entitlements: Entitlements;
  readonly events: Pick<EventBus, 'subscribe'>;
  readonly playbackKeyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Streams: who may start one, where it is, and how it ends. */
export function playbackFeature(deps: PlaybackDeps): Feature {
  const { sessions, events, logger } = deps;
  // A stream of a version that will never be complete would wait at its end without end.
  const unsubscribe = events.subscribe('version.ended', ({ assetId, versionId }) => {
    sessions.endAll({ assetId, versionId }).catch((error: unknown) => {
      logger.error(
        { err: toError(error), version: versionId },
        'the streams of a version that ended could not be stopped',
      );
    });
  });
  return {
    name: 'playback',
    problems: playbackProblems,
    routes(app) {
      const playback = new PlaybackService({ ...deps, keyring: deps.playbackKeyring });
      registerPlaybackRoutes(app, playback, deps.config.playback.startsPerMinute);
    },
    close: unsubscribe,
  };
}
