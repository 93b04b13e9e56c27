import { Type, type Static } from 'typebox';
import { toIso } from '../../server/kit/clock.ts';
import { languageSchema } from '../language.ts';
import { idSchema, nullable, reference, timeSchema } from '../schemas.ts';
import { colours, pictures, type Colour, type Picture } from './avatars.ts';
import { kidsLimit, mostProfiles, type ProfileRow } from './household.ts';
import { changePreferencesSchema, preferencesSchema, readPreferences } from './preferences.ts';

export const nameCharacters = 40;
const nameSchema = Type.String({
  minLength: 1,
  maxLength: nameCharacters,
  pattern: '[\\p{L}\\p{N}\\p{P}\\p{S}]',
  description: 'Shown as plain text, on one line; control characters become spaces.',
});

const avatarSchema = Type.Object(
  { picture: Type.Enum([...pictures] as Picture[]), colour: Type.Enum([...colours] as Colour[]) },
  { additionalProperties: false, description: 'A picture that apps ship, and the colour behind it.' },
);

const languageOrNull = nullable({ ...languageSchema, description: 'BCP 47. Null: what the device says.' });
const isKidsSchema = Type.Boolean({
  description: `A kids' profile has a maturity limit of at most ${kidsLimit}, and manages neither profiles nor the account.`,
});
const maturityLimitSchema = nullable(
  Type.Enum([0, 6, 12, 16, 18], {
    description: 'An age in years: what is meant for older people is not shown. Null: no limit.',
  }),
);

const pinSchema = Type.String({ pattern: '^[0-9]{4,6}$', description: 'Four to six digits.' });

export const profileSchema = Type.Object(
  {
    id: idSchema('profile'),
    name: nullable(
      Type.String({
        maxLength: nameCharacters,
        description: 'Null: a main profile that nobody named yet; apps have a word for it in their language.',
      }),
    ),
    avatar: avatarSchema,
    language: languageOrNull,
    maturityLimit: maturityLimitSchema,
    isKids: isKidsSchema,
    isMain: Type.Boolean({ description: "The first one of the account: always there, and never a kids' profile." }),
    hasPin: Type.Boolean({ description: 'Whether a PIN is asked for when it is chosen.' }),
    preferences: reference(preferencesSchema),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  },
  { $id: 'Profile' },
);
export type ProfileView = Static<typeof profileSchema>;

const currentId = nullable({
  ...idSchema('profile'),
  description: 'The one that requests of this sign-in are for. Null: one has to be chosen first.',
});

export const profileListSchema = Type.Object(
  { items: Type.Array(reference(profileSchema), { minItems: 1, maxItems: mostProfiles }), currentId },
  { $id: 'ProfileList' },
);
export type ProfileListView = Static<typeof profileListSchema>;

export const currentProfileSchema = Type.Object(
  {
    profile: nullable(reference(profileSchema)),
    isChosen: Type.Boolean({
      description: 'False: nobody chose it on this sign-in; without one it is the main profile, if that has no PIN.',
    }),
  },
  { $id: 'CurrentProfile', description: 'The profile that requests of this sign-in are for; null: choose one first.' },
);
export type CurrentProfileView = Static<typeof currentProfileSchema>;

export const profileSettingsSchema = Type.Object(
  {
    requirePinToLeaveKids: Type.Boolean({
      description:
        "Whether the way from a kids' profile to one without a PIN asks for the PIN of the main profile, which must have one.",
    }),
  },
  { $id: 'ProfileSettings' },
);
export type ProfileSettingsView = Static<typeof profileSettingsSchema>;

export const createProfileSchema = Type.Object(
  {
    name: nameSchema,
    avatar: avatarSchema,
    language: Type.Optional(languageOrNull),
    isKids: Type.Optional(isKidsSchema),
    maturityLimit: Type.Optional(maturityLimitSchema),
    preferences: Type.Optional(changePreferencesSchema),
  },
  {
    additionalProperties: false,
    examples: [{ name: 'Mia', avatar: { picture: 'koala', colour: 'teal' }, isKids: true, maturityLimit: 6 }],
  },
);
export type CreateProfile = Static<typeof createProfileSchema>;

export const changeProfileSchema = Type.Object(
  {
    name: Type.Optional(nameSchema),
    avatar: Type.Optional(avatarSchema),
    language: Type.Optional(languageOrNull),
    preferences: Type.Optional(changePreferencesSchema),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    examples: [{ name: 'Mia', preferences: { subtitleLanguage: 'de', subtitleStyle: { size: 'large' } } }],
  },
);
export type ChangeProfile = Static<typeof changeProfileSchema>;

export const restrictProfileSchema = Type.Object(
  { isKids: isKidsSchema, maturityLimit: maturityLimitSchema },
  { additionalProperties: false, examples: [{ isKids: true, maturityLimit: 6 }] },
);
export type Restrictions = Static<typeof restrictProfileSchema>;

export const changeProfileSettingsSchema = Type.Object(profileSettingsSchema.properties, {
  additionalProperties: false,
  examples: [{ requirePinToLeaveKids: true }],
});

export const chooseProfileSchema = Type.Object(
  { pin: Type.Optional(pinSchema) },
  { additionalProperties: false, examples: [{ pin: '2580' }] },
);

export const setPinSchema = Type.Object(
  { pin: pinSchema, currentPin: Type.Optional({ ...pinSchema, description: 'The one that it has now.' }) },
  { additionalProperties: false, examples: [{ pin: '2580' }] },
);
export type SetPin = Static<typeof setPinSchema>;

export const profileParams = Type.Object({ id: idSchema('profile') });

/** Schemas that the OpenAPI document names, in the order of their dependence. */
export const profileSchemas = [
  preferencesSchema,
  profileSchema,
  profileListSchema,
  currentProfileSchema,
  profileSettingsSchema,
];

/** A profile as the API shows it: never the hash of its PIN. */
export function presentProfile(row: ProfileRow): ProfileView {
  return {
    id: row.id,
    name: row.name,
    avatar: { picture: row.picture as Picture, colour: row.colour as Colour },
    language: row.language,
    maturityLimit: row.maturity_limit as ProfileView['maturityLimit'],
    isKids: row.is_kids === 1,
    isMain: row.is_main === 1,
    hasPin: row.pin_hash !== null,
    preferences: readPreferences(row.preferences),
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
  };
}
