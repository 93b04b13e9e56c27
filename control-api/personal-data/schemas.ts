import { Type, type Static } from 'typebox';
import { toIso } from '../../server/kit/clock.ts';
import { reasonCharacters } from '../reason.ts';
import { idSchema, nullable, reference, timeSchema } from '../schemas.ts';
import type { DataCopyRow } from './repository.ts';

/** Never so many: they are removed after a week, and only some may be asked for in a day. */
const mostCopies = 100;

export const dataCopySchema = Type.Object(
  {
    id: idSchema('copy'),
    state: Type.Enum(['waiting', 'working', 'ready', 'failed'], {
      description: 'Once it is `ready` it can be downloaded; of one that has `failed` another one can be asked for.',
    }),
    createdAt: timeSchema,
    readyAt: nullable(timeSchema),
    expiresAt: { ...timeSchema, description: 'When it is removed.' },
    bytes: nullable(Type.Integer({ minimum: 0, description: 'Null until it is ready.' })),
  },
  { $id: 'DataCopy', description: 'A file with what is known of the account.' },
);
export type DataCopyView = Static<typeof dataCopySchema>;

export const dataCopiesSchema = Type.Object(
  { items: Type.Array(reference(dataCopySchema), { maxItems: mostCopies, description: 'Newest first.' }) },
  { $id: 'DataCopies' },
);

export const downloadSchema = Type.Object(
  {
    url: Type.String({
      maxLength: 4096,
      description: 'A path of this host that a browser can follow. A secret while it is valid.',
    }),
    expiresAt: timeSchema,
  },
  { $id: 'DataCopyDownload' },
);

export const copyParams = Type.Object({ id: idSchema('copy') });
export const fileQuery = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[0-9]{1,16}\\.[A-Za-z0-9_-]{1,32}\\.[A-Za-z0-9_-]{43}$',
    }),
  },
  { additionalProperties: false },
);

export const deleteOwnSchema = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        maxLength: reasonCharacters,
        description: 'Why, for those who run the service. It is removed with the account.',
      }),
    ),
  },
  { additionalProperties: false, examples: [{}] },
);

export const accountParams = Type.Object({ id: idSchema('account') });

/** A copy as its owner sees it. */
export function presentCopy(row: DataCopyRow): DataCopyView {
  return {
    id: row.id,
    state: row.state,
    createdAt: toIso(row.created_at),
    readyAt: row.ready_at === null ? null : toIso(row.ready_at),
    expiresAt: toIso(row.expires_at),
    bytes: row.bytes,
  };
}
