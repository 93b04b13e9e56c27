import { Type, type Static } from 'typebox';
import { idSchema, pageOf, pageQuery, reference, timeSchema } from '../schemas.ts';

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

/** A path is checked by the handler, because tus asks for 404 where a schema would answer 400. */
export const uploadParams = Type.Object({
  id: Type.String({ maxLength: 200, description: 'Id of the upload, from `Location`.' }),
});
