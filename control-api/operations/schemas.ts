import { Type, type Static } from 'typebox';
import { nullable, timeSchema } from '../schemas.ts';

const amount = (description: string) => Type.Integer({ minimum: 0, description });

/** How many events that were set aside are shown. */
export const maxSetAside = 50;

const eventIdSchema = Type.String({ pattern: '^[0-9]{1,16}$', maxLength: 16 });

export const setAsideParams = Type.Object({
  consumer: Type.String({ pattern: '^[a-z][a-z.-]*$', maxLength: 100 }),
  eventId: eventIdSchema,
});

export const statusSchema = Type.Object(
  {
    uptimeSeconds: Type.Number({ minimum: 0 }),
    queue: Type.Array(
      Type.Object({
        job: Type.String({ maxLength: 100, description: 'e.g. `version.prepare`.' }),
        waiting: amount('Jobs that wait.'),
        active: amount('Jobs under way.'),
        failed: amount('Jobs given up.'),
      }),
      { maxItems: 100 },
    ),
    outbox: Type.Array(
      Type.Object({
        consumer: Type.String({ maxLength: 100, description: 'Who hears of durable events, and what for.' }),
        waiting: amount('Events that it has still to handle.'),
        setAside: amount('Events that it could not handle.'),
      }),
      { maxItems: 100 },
    ),
    setAside: Type.Array(
      Type.Object({
        eventId: eventIdSchema,
        consumer: Type.String({ maxLength: 100 }),
        event: Type.String({ maxLength: 100, description: 'e.g. `version.ended`.' }),
        subject: Type.String({ maxLength: 200, description: 'What it is about.' }),
        attempts: amount('Tries so far.'),
        error: Type.String({ maxLength: 500 }),
        recordedAt: timeSchema,
      }),
      { maxItems: maxSetAside, description: 'Events that a consumer could not handle, newest first.' },
    ),
    storage: Type.Object({
      freeBytes: nullable(amount('Null where the storage has no such limit.')),
      minFreeBytes: amount('Uploads are refused when they would leave less.'),
    }),
    notices: Type.Array(
      Type.Object({
        code: Type.String({ maxLength: 64, description: 'e.g. `proxy-not-trusted`.' }),
        setting: Type.String({ maxLength: 100, description: 'The option to change, e.g. `server.trustProxy`.' }),
        detail: Type.String({ maxLength: 2000, description: 'What was seen, and what to do.' }),
        since: timeSchema,
      }),
      { maxItems: 100, description: 'What the answering process found wrong with how it is set up, oldest first.' },
    ),
    tools: Type.Array(
      Type.Object({ name: Type.String({ maxLength: 100 }), version: Type.String({ maxLength: 200 }) }),
      {
        maxItems: 100,
        description: 'External programs that the answering process runs: none where it does not transcode.',
      },
    ),
  },
  { $id: 'OperationsStatus' },
);
export type OperationsStatus = Static<typeof statusSchema>;
