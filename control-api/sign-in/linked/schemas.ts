import { Type, type Static } from 'typebox';
import { idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import { deliverySchema, languageSchema, tokenSchema } from '../schemas.ts';

const strict = { additionalProperties: false } as const;
const tokenExample = 'challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI';
const signedToken = Type.String({ minLength: 1, maxLength: 8192, pattern: '^[A-Za-z0-9._~+/=|-]+$' });

const providerSchema = Type.Enum(['google', 'apple', 'facebook']);
const anyProvider = Type.Enum(['google', 'apple', 'facebook', 'phone']);

export const providerListSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        provider: anyProvider,
        ways: Type.Array(Type.Enum(['redirect', 'id-token', 'access-token', 'firebase']), { maxItems: 4 }),
        clientId: nullable(Type.String({ maxLength: 4096, description: "For the provider's own button." })),
      }),
      { maxItems: 4 },
    ),
    firebase: nullable(
      Type.Object({
        apiKey: Type.String({ maxLength: 4096 }),
        authDomain: Type.String({ maxLength: 4096 }),
        projectId: Type.String({ maxLength: 4096 }),
      }),
    ),
    signUp: Type.Enum(['open', 'closed'], { description: 'Whether there are new accounts.' }),
    guests: Type.Boolean({ description: 'Whether people may watch before they sign up.' }),
  },
  { $id: 'SignInProviders', description: 'By whom people can sign in here, and how.' },
);

export const visitParams = Type.Object({ provider: providerSchema });
export const beginVisitSchema = Type.Object(
  { language: languageSchema },
  { ...strict, examples: [{ language: 'en' }] },
);
export const begunVisitSchema = Type.Object(
  {
    token: tokenSchema,
    expiresAt: timeSchema,
    url: nullable(Type.String({ maxLength: 8192, description: 'Where to send the browser; null for apps only.' })),
    nonce: Type.String({ maxLength: 64, description: "For the provider's SDK, as it is." }),
  },
  { $id: 'BegunVisit' },
);

/** What comes back with the browser: of the provider, and bounded. */
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
export const callbackSchema = Type.Object({
  state: Type.String({ minLength: 1, maxLength: 200 }),
  code: text(4096),
  error: text(200),
  iss: text(500),
  user: text(4096),
});

export const finishSchema = Type.Object(
  { token: tokenSchema, delivery: deliverySchema },
  { ...strict, examples: [{ token: tokenExample, delivery: 'cookie' }] },
);
const brought = {
  token: tokenSchema,
  idToken: Type.Optional(signedToken),
  accessToken: Type.Optional(signedToken),
  authorizationCode: Type.Optional(signedToken),
};
const proofExample = { token: tokenExample, idToken: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl' };
export const finishTokenSchema = Type.Object(
  { ...brought, delivery: deliverySchema },
  { ...strict, examples: [{ ...proofExample, delivery: 'body' }] },
);
export const firebaseSchema = Type.Object(
  { idToken: signedToken, language: languageSchema, delivery: deliverySchema },
  { ...strict, examples: [{ idToken: proofExample.idToken, delivery: 'body' }] },
);

export const identitySchema = Type.Object(
  {
    id: idSchema('identity'),
    provider: anyProvider,
    email: nullable(Type.String({ maxLength: 254, description: 'As the provider says it.' })),
    name: nullable(Type.String({ maxLength: 100 })),
    linkedAt: timeSchema,
    usedAt: timeSchema,
  },
  { $id: 'LinkedIdentity', description: 'An account elsewhere that signs in to this one.' },
);
export const identityListSchema = Type.Object(
  { items: Type.Array(reference(identitySchema), { maxItems: 10 }) },
  { $id: 'LinkedIdentities' },
);
export const identityParams = Type.Object({ id: idSchema('identity') });
export const linkSchema = Type.Object({ token: tokenSchema }, { ...strict, examples: [{ token: tokenExample }] });
export const linkTokenSchema = Type.Object(brought, { ...strict, examples: [proofExample] });
export const linkFirebaseSchema = Type.Object(
  { idToken: signedToken },
  { ...strict, examples: [{ idToken: proofExample.idToken }] },
);

/** Apple's notice: one signed token. */
export const appleNoticeSchema = Type.Object({ payload: Type.String({ minLength: 1, maxLength: 16_384 }) });

/** Facebook's words. */
export const facebookDeletionSchema = Type.Object({ signed_request: Type.String({ minLength: 3, maxLength: 8192 }) });
export const facebookDeletionAnswer = Type.Object(
  {
    url: Type.String({ maxLength: 4096, description: 'Where the person sees what became of it.' }),
    confirmation_code: Type.String({ maxLength: 64 }),
  },
  { $id: 'FacebookDeletionAnswer' },
);

export const providerDeletionParams = Type.Object({ code: Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 }) });
export const providerDeletionSchema = Type.Object(
  {
    state: Type.Enum(['waiting', 'done'], {
      description:
        'What came from the provider is deleted at once: `done`. `waiting`: the account, to which nothing else led, is still there.',
    }),
    requestedAt: timeSchema,
    endsAt: nullable({ ...timeSchema, description: 'When the account is removed.' }),
  },
  { $id: 'ProviderDeletion' },
);
export type ProviderDeletionView = Static<typeof providerDeletionSchema>;
