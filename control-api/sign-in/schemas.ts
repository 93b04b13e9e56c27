import { Type } from 'typebox';
import { newPasswordSchema, ownAccountSchema } from '../account.ts';
import { nullable, reference } from '../schemas.ts';

/** Whatever was once accepted; bounded because it is hashed. */
const givenPasswordSchema = Type.String({ minLength: 1, maxLength: 256 });
const refreshTokenSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Works once.' });
const deliverySchema = Type.Enum(['cookie', 'body'], {
  description:
    'Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.',
});

export const signInSchema = Type.Object(
  { email: Type.String({ minLength: 1, maxLength: 254 }), password: givenPasswordSchema, delivery: deliverySchema },
  {
    additionalProperties: false,
    examples: [{ email: 'ann@example.com', password: 'correct horse battery', delivery: 'body' }],
  },
);

/** Refreshing and signing out: with `delivery: body` the token is in the body, else in the cookie. */
export const refreshSchema = Type.Union(
  [
    Type.Object({ delivery: Type.Literal('cookie') }, { additionalProperties: false }),
    Type.Object({ delivery: Type.Literal('body'), refreshToken: refreshTokenSchema }, { additionalProperties: false }),
  ],
  { examples: [{ delivery: 'cookie' }] },
);

export const signedInSchema = Type.Object(
  {
    accessToken: Type.String({ maxLength: 4096, description: 'For `Authorization: Bearer …`.' }),
    expiresIn: Type.Integer({ minimum: 1, description: 'Seconds until the access token ends.' }),
    refreshToken: nullable(refreshTokenSchema),
    account: reference(ownAccountSchema),
  },
  { $id: 'SignedIn', description: 'An access token, and the refresh token when it was asked for in the body.' },
);

export const confirmSchema = Type.Object(
  { password: givenPasswordSchema },
  { additionalProperties: false, examples: [{ password: 'correct horse battery' }] },
);

export const changePasswordSchema = Type.Object(
  { currentPassword: givenPasswordSchema, newPassword: newPasswordSchema },
  {
    additionalProperties: false,
    examples: [{ currentPassword: 'correct horse battery', newPassword: 'staple my new horse' }],
  },
);
