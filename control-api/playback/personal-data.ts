import { toIso } from '../../server/kit/clock.ts';
import type { SessionStore } from '../../server/sessions/port.ts';
import { atOnce, type PersonalData } from '../personal-data.ts';

/** Streams while they run; what was watched is not kept here. */
export function personalDataOfPlayback(sessions: Pick<SessionStore, 'list' | 'endAll'>): PersonalData {
  return {
    tables: {},
    sections: [
      {
        name: 'streams',
        about: 'What is being watched with your account just now.',
        read: (accountId) =>
          atOnce(
            sessions
              .list({ accountId })
              .then((rows) =>
                rows.map((row) => ({
                  id: row.id,
                  assetId: row.assetId,
                  startedAt: toIso(row.startedAt),
                  lastSeenAt: toIso(row.lastSeenAt),
                  bytes: row.bytes,
                })),
              ),
          ),
      },
    ],
    async beforeErasure(accountId) {
      await sessions.endAll({ accountId });
    },
    erase: async () => undefined,
  };
}
