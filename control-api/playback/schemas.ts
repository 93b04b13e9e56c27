import { Type, type Static } from 'typebox';
import { offeredMarkersSchema } from '../markers.ts';
import { idSchema, reference, timeSchema } from '../schemas.ts';

export const startSessionSchema = Type.Object(
  {
    titleId: Type.Optional({ ...idSchema('title'), description: 'What is to be watched.' }),
    assetId: Type.Optional({
      ...idSchema('asset'),
      description: 'Instead of the title: its video. Staff may watch one that is of no title.',
    }),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    examples: [{ titleId: 'title_01JZ8Q4M6RXK3V5T9B2C7D1E0F' }],
  },
);

export const startedSessionSchema = Type.Object(
  {
    sessionId: idSchema('session'),
    hls: Type.String({
      maxLength: 4096,
      description: 'URL of the multivariant playlist. It is a secret: who has it can watch.',
    }),
    dash: Type.String({ maxLength: 4096, description: 'URL of the MPD.' }),
    expiresAt: timeSchema,
    markers: offeredMarkersSchema,
  },
  { $id: 'StartedSession' },
);
export type StartedSession = Static<typeof startedSessionSchema>;

export const sessionSchema = Type.Object(
  {
    id: idSchema('session'),
    accountId: idSchema('account'),
    assetId: idSchema('asset'),
    versionId: idSchema('version'),
    startedAt: timeSchema,
    expiresAt: timeSchema,
    lastSeenAt: timeSchema,
    bytes: Type.Integer({ minimum: 0, description: 'Served so far.' }),
  },
  { $id: 'PlaybackSession' },
);
export type SessionView = Static<typeof sessionSchema>;

export const sessionListSchema = Type.Object(
  { items: Type.Array(reference(sessionSchema), { maxItems: 1000, description: 'Newest first, at most 1000.' }) },
  { $id: 'PlaybackSessionList' },
);

export const sessionParams = Type.Object({ id: idSchema('session') });
export const sessionListQuery = Type.Object(
  { accountId: Type.Optional(idSchema('account')) },
  { additionalProperties: false },
);
