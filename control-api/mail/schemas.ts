import { Type } from 'typebox';
import { reference, timeSchema } from '../schemas.ts';

export const keptMailSchema = Type.Object(
  {
    id: Type.String({ maxLength: 64 }),
    at: timeSchema,
    to: Type.String({ maxLength: 254 }),
    subject: Type.String({ maxLength: 1000 }),
    text: Type.String({ maxLength: 1_000_000 }),
  },
  { $id: 'KeptMail', description: 'A mail that was kept instead of sent.' },
);

export const keptMailsSchema = Type.Object(
  {
    areSent: Type.Boolean({ description: 'Whether mails are sent (`mail.kind`). Then none are kept.' }),
    items: Type.Array(reference(keptMailSchema), { maxItems: 100 }),
  },
  { $id: 'KeptMails' },
);
