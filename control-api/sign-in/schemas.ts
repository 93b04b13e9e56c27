import { Type } from 'typebox';
import { emailSchema, newPasswordSchema, ownAccountSchema } from '../account.ts';
import { nullable, reference, timeSchema } from '../schemas.ts';
import { challengeTokenPattern } from './challenges/challenges.ts';

/** Anything that was once accepted; bounded because it is hashed. */
export const givenPasswordSchema = Type.String({ minLength: 1, maxLength: 256 });
const refreshTokenSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Works once.' });
export const deliverySchema = Type.Enum(['cookie', 'body'], {
  description:
    'Where the refresh token travels: `cookie` for browsers (HttpOnly; needs the header `dramabox-client`), `body` for apps.',
});
/** What an app holds of something that it began. */
export const tokenSchema = Type.String({
  pattern: challengeTokenPattern,
  maxLength: 100,
  description: 'The `token` that the request which began this was answered with.',
});
export const linkSchema = Type.String({
  pattern: challengeTokenPattern,
  maxLength: 100,
  description: 'What the link of the mail has behind its `#`.',
});
export const codeSchema = Type.String({ pattern: '^[0-9]{6}$', description: 'The six digits of the mail.' });
/** In which language a mail is to be. */
export const languageSchema = Type.Optional(
  Type.String({
    pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$',
    maxLength: 35,
    description: 'BCP 47, for the mail.',
  }),
);

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

export const begunSchema = Type.Object(
  { token: tokenSchema, expiresAt: timeSchema },
  { $id: 'Begun', description: 'Something that was begun: with the token it goes on, until it expires.' },
);

export const changePasswordSchema = Type.Object(
  { currentPassword: Type.Optional(givenPasswordSchema), newPassword: newPasswordSchema },
  {
    additionalProperties: false,
    examples: [{ currentPassword: 'correct horse battery', newPassword: 'staple my new horse' }],
  },
);

export const guestSchema = Type.Object(
  { delivery: deliverySchema },
  { additionalProperties: false, examples: [{ delivery: 'cookie' }] },
);

export const askByEmailSchema = Type.Object(
  { email: emailSchema, language: languageSchema },
  { additionalProperties: false, examples: [{ email: 'ann@example.com', language: 'en' }] },
);
