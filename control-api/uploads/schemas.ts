import { Type, type Static } from 'typebox';
import { idSchema, nullable, pageOf, pageQuery, reference, timeSchema } from '../schemas.ts';

export const uploadSchema = Type.Object(
  {
    id: idSchema('upload'),
    ownerId: idSchema('account'),
    stage: Type.Enum(['uploading']),
    filename: Type.String({ maxLength: 255, description: 'For display.' }),
    bytes: Type.Integer({ minimum: 0, description: 'Size of the whole file.' }),
    receivedBytes: Type.Integer({ minimum: 0 }),
    createdAt: timeSchema,
    expiresAt: timeSchema,
  },
  { $id: 'Upload' },
);
export type UploadView = Static<typeof uploadSchema>;

export const uploadPageSchema = pageOf(reference(uploadSchema), 'UploadPage');
export const uploadListQuery = Type.Object(
  { everybody: Type.Optional(Type.Boolean({ description: "Everybody's, for super admins." })), ...pageQuery('upload') },
  { additionalProperties: false },
);

const amount = (description: string) => Type.Integer({ minimum: 0, description });
const limit = (description: string) => nullable(Type.Integer({ minimum: 1, description }));

const usedSchema = Type.Object({
  open: amount('Unfinished uploads.'),
  begun: amount('Uploads begun within 24 hours, but for those that ended before a byte came.'),
  begunBytes: amount('Their bytes as declared; of those that came to nothing, what had come.'),
  storedBytes: amount('Bytes of unfinished uploads and of the sources of titles.'),
});
const limitsSchema = Type.Object({
  open: Type.Integer({ minimum: 1, description: 'Unfinished uploads.' }),
  begun: limit('Uploads begun within 24 hours; null where there is no limit, as below.'),
  begunBytes: limit('Bytes uploaded within 24 hours.'),
  storedBytes: limit('Bytes stored.'),
});
export type UploadLimits = Static<typeof limitsSchema>;

export const uploadQuotaSchema = Type.Object(
  {
    used: usedSchema,
    limits: limitsSchema,
    freesAt: Type.Union([timeSchema, Type.Null()], {
      description: 'When the oldest upload of the last 24 hours no longer counts; null where none counts.',
    }),
  },
  { $id: 'UploadQuota' },
);
export type UploadQuota = Static<typeof uploadQuotaSchema>;

/** How many accounts are shown. */
export const maxShownAccounts = 100;
export const uploadUsageSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        accountId: idSchema('account'),
        email: nullable(Type.String({ maxLength: 254 })),
        used: usedSchema,
      }),
      { maxItems: maxShownAccounts, description: 'Accounts that have anything, those that store most first.' },
    ),
    limits: limitsSchema,
  },
  { $id: 'UploadUsage' },
);
export type UploadUsage = Static<typeof uploadUsageSchema>;

/** A path is checked by the handler, because tus asks for 404 where a schema would answer 400. */
export const uploadParams = Type.Object({
  id: Type.String({ maxLength: 200, description: 'Id of the upload, from `Location`.' }),
});
