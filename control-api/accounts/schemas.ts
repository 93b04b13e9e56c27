import { Type, type Static } from 'typebox';
import type { IdentitiesTable } from '../../server/db/tables/ways-in.ts';
import { roles } from '../../server/kit/permissions.ts';
import { accountActions, type AccountAction } from '../../server/kit/policy.ts';
import { accountSchema, accountStatusSchema, emailSchema, newPasswordSchema } from '../account.ts';
import { reasonCharacters } from '../reason.ts';
import {
  actorIdSchema,
  factsSchema,
  idSchema,
  nullable,
  pageOf,
  pageQuery,
  reference,
  timeSchema,
} from '../schemas.ts';
import { searchCharacters } from './account-list.ts';

const strict = { additionalProperties: false } as const;

export const accountPageSchema = pageOf(reference(accountSchema), 'AccountPage');

export const createAccountSchema = Type.Object(
  { email: emailSchema, password: newPasswordSchema },
  { ...strict, examples: [{ email: 'ann@example.com', password: 'correct horse battery' }] },
);
export type CreateAccount = Static<typeof createAccountSchema>;

export const changeAccountSchema = Type.Object(
  {
    role: Type.Optional(Type.Enum(roles.filter((role) => role !== 'guest'))),
    status: Type.Optional(Type.Enum(['active', 'disabled'])),
  },
  { ...strict, minProperties: 1, examples: [{ role: 'content_manager' }] },
);
export type ChangeAccount = Static<typeof changeAccountSchema>;

export const accountParams = Type.Object({ id: idSchema('account') });
export const accountListQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: searchCharacters,
        description:
          'Only accounts whose address begins with this text, or whose id it is. Small and capital letters are the same; no character stands for others.',
        examples: ['ann@'],
      }),
    ),
    role: Type.Optional(
      Type.Enum([...roles, 'staff' as const], {
        description: 'Only accounts of this role; `staff`: of any role of those who work for the service.',
      }),
    ),
    status: Type.Optional(accountStatusSchema),
    ...pageQuery('account'),
  },
  strict,
);
export type AccountListQuery = Static<typeof accountListQuery>;

export const accountEventSchema = Type.Object(
  {
    id: idSchema('audit'),
    at: timeSchema,
    event: Type.String({ maxLength: 64, description: 'What was done, e.g. `sign-in.started`.' }),
    actor: nullable(actorIdSchema),
    address: nullable(
      Type.String({ maxLength: 64, description: 'Network address that it was done from; null when it was of staff.' }),
    ),
    before: factsSchema,
    after: factsSchema,
  },
  {
    $id: 'AccountEvent',
    description: 'Something that happened to an account. `actor` is null when nobody was signed in.',
  },
);
export type AccountEvent = Static<typeof accountEventSchema>;

/** What may be allowed besides reading. */
export const changingActions = accountActions.filter(
  (action): action is Exclude<AccountAction, 'account.read'> => action !== 'account.read',
);
const providers: readonly IdentitiesTable['provider'][] = ['google', 'apple', 'facebook', 'phone'];

export const accountDetailsSchema = Type.Object(
  {
    ...accountSchema.properties,
    hasPassword: Type.Boolean(),
    hasTotp: Type.Boolean({ description: 'Whether an authenticator app is set up.' }),
    passkeys: Type.Integer({ minimum: 0 }),
    recoveryCodes: Type.Integer({ minimum: 0, description: 'How many are left.' }),
    providers: Type.Array(Type.Enum([...providers]), {
      maxItems: providers.length,
      description: 'Who vouches for it.',
    }),
    devices: Type.Integer({ minimum: 0, maximum: 100, description: 'On how many it is signed in.' }),
    seenAt: nullable(timeSchema),
    deletionReason: nullable(
      Type.String({ maxLength: reasonCharacters, description: 'What its owner said about why they leave.' }),
    ),
    may: Type.Array(Type.Enum([...changingActions]), {
      maxItems: changingActions.length,
      description:
        'What the account that asks may do to it: lock (disable, enable, sign out, remove the second factor), change its role.',
    }),
    history: Type.Array(reference(accountEventSchema), {
      maxItems: 50,
      description: 'The newest events, newest first.',
    }),
  },
  { $id: 'AccountDetails' },
);
export type AccountDetails = Static<typeof accountDetailsSchema>;
