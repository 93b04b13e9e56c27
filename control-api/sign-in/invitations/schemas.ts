import { Type } from 'typebox';
import { staffRoles } from '../../../server/kit/permissions.ts';
import { emailSchema, newPasswordSchema } from '../../account.ts';
import { idSchema, nullable, reference, timeSchema } from '../../schemas.ts';
import { scopedTitleSchema, wantedScopeSchema } from '../../staff-scopes.ts';
import { deliverySchema, linkSchema } from '../schemas.ts';

const strict = { additionalProperties: false } as const;
const linkExample = 'challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI';
const staffRoleSchema = Type.Enum([...staffRoles]);
const address = Type.String({ maxLength: 254 });

export const invitationSchema = Type.Object(
  {
    id: idSchema('invitation'),
    email: address,
    role: staffRoleSchema,
    titles: nullable(
      Type.Array(reference(scopedTitleSchema), { description: 'What they are to work on. Null: all titles.' }),
    ),
    invitedBy: Type.Object(
      { id: idSchema('account'), email: nullable(address) },
      { description: 'Who answers for it: who sent it last.' },
    ),
    createdAt: timeSchema,
    sentAt: { ...timeSchema, description: 'When its link was sent last.' },
    expiresAt: timeSchema,
  },
  { $id: 'Invitation', description: 'Somebody who was asked to become staff, and has not accepted yet.' },
);
export const invitationListSchema = Type.Object(
  { items: Type.Array(reference(invitationSchema), { maxItems: 100 }) },
  { $id: 'InvitationList' },
);
export const invitationParams = Type.Object({ id: idSchema('invitation') });

export const inviteSchema = Type.Object(
  { email: emailSchema, role: staffRoleSchema, titles: Type.Optional(wantedScopeSchema) },
  { ...strict, examples: [{ email: 'ann@example.com', role: 'support' }] },
);

export const lookSchema = Type.Object({ link: linkSchema }, { ...strict, examples: [{ link: linkExample }] });
export const acceptSchema = Type.Object(
  { link: linkSchema, password: newPasswordSchema, delivery: deliverySchema },
  { ...strict, examples: [{ link: linkExample, password: 'staple my new horse', delivery: 'cookie' }] },
);

export const invitationFactsSchema = Type.Object(
  {
    email: address,
    role: staffRoleSchema,
    expiresAt: timeSchema,
    hasAccount: Type.Boolean({ description: 'Whether the address has an account, whose owner signs in to accept.' }),
  },
  { $id: 'InvitationFacts', description: 'What an invitation is about, for who has its link.' },
);
