import { Type } from 'typebox';
import { idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import { codeSchema, deliverySchema, givenPasswordSchema, tokenSchema } from '../schemas.ts';

const strict = { additionalProperties: false } as const;
const base64url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength });
/** What browsers add freely (WebAuthn §5.1): read by nobody, bounded by the body's limit. */
const extensionResults = Type.Object({}, { maxProperties: 20 });
const attachment = Type.Optional(Type.Enum(['platform', 'cross-platform']));

/** An `AuthenticationResponseJSON` (WebAuthn Level 3 §5.1.10). */
const assertionSchema = Type.Object(
  {
    id: base64url(1500),
    rawId: base64url(1500),
    type: Type.Literal('public-key'),
    response: Type.Object(
      {
        clientDataJSON: base64url(4000),
        authenticatorData: base64url(4000),
        signature: base64url(4000),
        userHandle: Type.Optional(base64url(100)),
      },
      strict,
    ),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensionResults,
  },
  { ...strict, description: 'What `navigator.credentials.get` gave, as JSON.' },
);

/** A `RegistrationResponseJSON` (WebAuthn Level 3 §5.1.9). */
const attestationSchema = Type.Object(
  {
    id: base64url(1500),
    rawId: base64url(1500),
    type: Type.Literal('public-key'),
    response: Type.Object(
      {
        clientDataJSON: base64url(4000),
        attestationObject: base64url(20_000),
        authenticatorData: Type.Optional(base64url(20_000)),
        transports: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z-]{1,20}$' }), { maxItems: 10 })),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
        publicKey: Type.Optional(base64url(4000)),
      },
      strict,
    ),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensionResults,
  },
  { ...strict, description: 'What `navigator.credentials.create` gave, as JSON.' },
);

const totp = { totp: codeSchema };
const recoveryCode = {
  recoveryCode: Type.String({ minLength: 16, maxLength: 40, description: 'With or without its hyphens.' }),
};
const passkey = { passkey: assertionSchema, passkeyToken: tokenSchema };
const tokenExample = 'challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI';

export const secondFactorSchema = Type.Union(
  [
    Type.Object({ token: tokenSchema, ...totp, delivery: deliverySchema }, strict),
    Type.Object({ token: tokenSchema, ...recoveryCode, delivery: deliverySchema }, strict),
    Type.Object({ token: tokenSchema, ...passkey, delivery: deliverySchema }, strict),
  ],
  { examples: [{ token: tokenExample, totp: '123456', delivery: 'cookie' }] },
);

export const askSecondFactorSchema = Type.Object(
  { token: tokenSchema },
  { ...strict, examples: [{ token: tokenExample }] },
);
export const passkeySignInSchema = Type.Object({ ...passkey, delivery: deliverySchema }, strict);

export const confirmSchema = Type.Union(
  [
    Type.Object({ password: givenPasswordSchema }, strict),
    Type.Object({ token: tokenSchema, code: codeSchema }, strict),
    Type.Object(totp, strict),
    Type.Object(recoveryCode, strict),
    Type.Object(passkey, strict),
  ],
  { examples: [{ password: 'correct horse battery' }] },
);

/** A question for `navigator.credentials`; the browser knows its form. */
export const askedSchema = Type.Object(
  {
    token: tokenSchema,
    expiresAt: timeSchema,
    options: Type.Unsafe<object>(
      Type.Object(
        {},
        { additionalProperties: true, maxProperties: 20, description: 'For `navigator.credentials`, as JSON.' },
      ),
    ),
  },
  { $id: 'PasskeyQuestion' },
);

export const passkeySchema = Type.Object(
  {
    id: idSchema('passkey'),
    name: Type.String({ maxLength: 60 }),
    isSynced: Type.Boolean({ description: 'Whether other devices of its owner have it too.' }),
    createdAt: timeSchema,
    usedAt: nullable(timeSchema),
  },
  { $id: 'Passkey' },
);
export const passkeyParams = Type.Object({ id: idSchema('passkey') });
const passkeyName = Type.String({ minLength: 1, maxLength: 60 });
export const renamePasskeySchema = Type.Object({ name: passkeyName }, { ...strict, examples: [{ name: 'My phone' }] });
export const addPasskeySchema = Type.Object(
  { token: tokenSchema, response: attestationSchema, name: passkeyName },
  strict,
);

const recoveryCodes = Type.Array(Type.String({ maxLength: 40 }), {
  maxItems: 10,
  description: 'To be shown once: only their hashes are kept. Empty when the account has some already.',
});
export const recoveryCodesSchema = Type.Object({ recoveryCodes }, { $id: 'RecoveryCodes' });
export const addedPasskeySchema = Type.Object(
  { passkey: reference(passkeySchema), recoveryCodes },
  { $id: 'AddedPasskey' },
);
export const begunTotpSchema = Type.Object(
  {
    secret: Type.String({ maxLength: 64, description: 'Base 32, to be typed in.' }),
    uri: Type.String({ maxLength: 1000, description: '`otpauth://…`, to be shown as a QR code.' }),
  },
  { $id: 'BegunTotp' },
);
export const totpCodeSchema = Type.Object({ code: codeSchema }, { ...strict, examples: [{ code: '123456' }] });

const way = Type.Enum(['password', 'code', 'totp', 'passkey', 'recovery-code']);
export const waysInSchema = Type.Object(
  {
    hasPassword: Type.Boolean(),
    totpSince: nullable(timeSchema),
    recoveryCodes: Type.Integer({ minimum: 0, description: 'How many are left.' }),
    passkeys: Type.Array(reference(passkeySchema), { maxItems: 20 }),
    isSecondFactorNeeded: Type.Boolean({ description: 'Whether the account is one of staff, who must have one.' }),
    confirmsBy: Type.Array(way, { maxItems: 5, description: 'By what it confirms who it is.' }),
  },
  { $id: 'WaysIn', description: 'What an account signs in with.' },
);
