import { Type, type Static } from 'typebox';
import { accountSchema, accountStatusSchema, emailSchema, newPasswordSchema, roleSchema } from '../account.ts';
import { idSchema, pageOf, pageQuery, reference } from '../schemas.ts';

export const accountPageSchema = pageOf(reference(accountSchema), 'AccountPage');

export const createAccountSchema = Type.Object(
  { email: emailSchema, password: newPasswordSchema, role: roleSchema },
  {
    additionalProperties: false,
    examples: [{ email: 'ann@example.com', password: 'correct horse battery', role: 'content_manager' }],
  },
);
export type CreateAccount = Static<typeof createAccountSchema>;

export const changeAccountSchema = Type.Object(
  { role: Type.Optional(roleSchema), status: Type.Optional(accountStatusSchema) },
  { additionalProperties: false, minProperties: 1, examples: [{ status: 'disabled' }] },
);
export type ChangeAccount = Static<typeof changeAccountSchema>;

export const accountParams = Type.Object({ id: idSchema('account') });
export const accountListQuery = Type.Object(pageQuery('account'), { additionalProperties: false });
