import { Type, type Static } from 'typebox';
import { nullable } from '../schemas.ts';

const amount = (description: string) => Type.Integer({ minimum: 0, description });

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
    storage: Type.Object({
      freeBytes: nullable(amount('Null where the storage has no such limit.')),
      minFreeBytes: amount('Uploads are refused when they would leave less.'),
    }),
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
