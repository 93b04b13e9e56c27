import { Type, type Static } from 'typebox';
import { roles } from '../../server/kit/permissions.ts';
import { idSchema, nullable, pageOf, pageQuery, reference, timeSchema } from '../schemas.ts';

export const roleSchema = Type.Enum([...roles] as ['super_admin', 'content_manager', 'viewer']);
const statusSchema = Type.Enum(['active', 'disabled']);

/** 254 is the longest address that SMTP can deliver to (RFC 5321 §4.5.3.1.3). */
const emailPattern = '^[^\\s@\\p{C}]+@[^\\s@\\p{C}]+$';
const emailSchema = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: emailPattern,
  description: 'Upper and lower case are the same.',
});
const email = new RegExp(emailPattern, 'u');

/** Whether an account can have this address. What cannot must not reach a query: PostgreSQL fails on U+0000. */
export function isEmail(address: string): boolean {
  return email.test(address);
}

const newPasswordSchema = Type.String({
  minLength: 12,
  maxLength: 256,
  description: 'At least 12 characters, no other rules.',
});
/** Whatever was once accepted; bounded because it is hashed. */
const givenPasswordSchema = Type.String({ minLength: 1, maxLength: 256 });
const refreshTokenSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Works once.' });
const deliverySchema = Type.Enum(['cookie', 'body'], {
  description:
    'Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.',
});

export const accountSchema = Type.Object(
  {
    id: idSchema('account'),
    email: Type.String({ maxLength: 254 }),
    role: roleSchema,
    status: statusSchema,
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { $id: 'Account' },
);
export type AccountView = Static<typeof accountSchema>;

export const accountPageSchema = pageOf(reference(accountSchema), 'AccountPage');

export const signInSchema = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: givenPasswordSchema, delivery: deliverySchema },
  { additionalProperties: false },
);
export type SignIn = Static<typeof signInSchema>;

/** Refreshing and signing out: with `delivery: body` the token is in the body, else in the cookie. */
export const refreshSchema = Type.Union([
  Type.Object({ delivery: Type.Literal('cookie') }, { additionalProperties: false }),
  Type.Object({ delivery: Type.Literal('body'), refreshToken: refreshTokenSchema }, { additionalProperties: false }),
]);
export type Refresh = Static<typeof refreshSchema>;

export const signedInSchema = Type.Object(
  {
    accessToken: Type.String({ maxLength: 4096, description: 'For `Authorization: Bearer …`.' }),
    expiresIn: Type.Integer({ minimum: 1, description: 'Seconds until the access token ends.' }),
    refreshToken: nullable(refreshTokenSchema),
    account: reference(accountSchema),
  },
  { $id: 'SignedIn', description: 'An access token, and the refresh token when it was asked for in the body.' },
);
export type SignedIn = Static<typeof signedInSchema>;

export const changePasswordSchema = Type.Object(
  { currentPassword: givenPasswordSchema, newPassword: newPasswordSchema },
  { additionalProperties: false },
);

export const createAccountSchema = Type.Object(
  { email: emailSchema, password: newPasswordSchema, role: roleSchema },
  { additionalProperties: false },
);
export type CreateAccount = Static<typeof createAccountSchema>;

export const changeAccountSchema = Type.Object(
  { role: Type.Optional(roleSchema), status: Type.Optional(statusSchema) },
  { additionalProperties: false, minProperties: 1 },
);
export type ChangeAccount = Static<typeof changeAccountSchema>;

export const accountParams = Type.Object({ id: idSchema('account') });
export const accountListQuery = Type.Object(pageQuery('account'), { additionalProperties: false });
