import { Type, type Static } from 'typebox';
import { canonicalLanguage, languageSchema } from '../language.ts';
import { nullable } from '../schemas.ts';

const subtitleStyle = {
  size: Type.Enum(['small', 'medium', 'large', 'huge']),
  colour: Type.Enum(['white', 'yellow', 'green', 'cyan', 'black']),
  background: Type.Enum(['none', 'translucent', 'solid']),
  edge: Type.Enum(['none', 'outline', 'shadow']),
};

const preferences = {
  autoplayNext: Type.Boolean({ description: 'Begin the next episode by itself.' }),
  autoplayPreviews: Type.Boolean({ description: 'Play previews in lists.' }),
  audioLanguage: nullable({ ...languageSchema, description: 'BCP 47. Null: that of the title.' }),
  subtitleLanguage: nullable({ ...languageSchema, description: 'BCP 47. Null: no subtitles.' }),
  topRungOnMobile: nullable(
    Type.Enum([240, 360, 480, 720, 1080, 1440, 2160], {
      description: 'Short side in pixels of the best picture over mobile networks. Null: as good as there is.',
    }),
  ),
  reducedMotion: nullable(Type.Boolean({ description: 'Fewer movements on pages. Null: what the device says.' })),
};

/** All of them, as they are shown. */
export const preferencesSchema = Type.Object(
  { ...preferences, subtitleStyle: Type.Object(subtitleStyle) },
  { $id: 'ProfilePreferences' },
);
export type Preferences = Static<typeof preferencesSchema>;

/** A change of some of them: what is not named stays. */
export const changePreferencesSchema = Type.Partial(
  Type.Object({
    ...preferences,
    subtitleStyle: Type.Partial(Type.Object(subtitleStyle), { additionalProperties: false, minProperties: 1 }),
  }),
  { additionalProperties: false, minProperties: 1 },
);
export type PreferencesChange = Static<typeof changePreferencesSchema>;

const defaults: Preferences = {
  autoplayNext: true,
  autoplayPreviews: true,
  audioLanguage: null,
  subtitleLanguage: null,
  topRungOnMobile: null,
  reducedMotion: null,
  subtitleStyle: { size: 'medium', colour: 'white', background: 'none', edge: 'outline' },
};

/** Of two objects the members that `known` has, those of the second one where there are both. */
function over<T extends object>(known: T, change: Partial<T>): T {
  const named = Object.entries(change).filter(([name, value]) => Object.hasOwn(known, name) && value !== undefined);
  return { ...known, ...Object.fromEntries(named) };
}

/** What is kept, with the defaults for the rest. What there is no preference for any more is left out. */
export function readPreferences(kept: string): Preferences {
  return mergePreferences(defaults, JSON.parse(kept) as PreferencesChange);
}

/**
 * The preferences after a change.
 * @throws ProblemError invalid_request when a language is none
 */
export function mergePreferences(before: Preferences, change: PreferencesChange): Preferences {
  const { subtitleStyle: style = {}, ...rest } = change;
  const merged = over(before, { ...rest, subtitleStyle: over(before.subtitleStyle, style) });
  const language = (tag: string | null) => (tag === null ? null : canonicalLanguage(tag));
  return {
    ...merged,
    audioLanguage: language(merged.audioLanguage),
    subtitleLanguage: language(merged.subtitleLanguage),
  };
}

/** What is to be kept of them: what differs from the defaults, so that a default that changes changes for all others. */
export function writePreferences(all: Preferences): string {
  const differing = <T extends object>(whole: T, usual: T) =>
    Object.fromEntries(Object.entries(whole).filter(([name, value]) => value !== usual[name as keyof T]));
  const { subtitleStyle: style, ...rest } = all;
  const { subtitleStyle: usualStyle, ...usual } = defaults;
  const styled = differing(style, usualStyle);
  return JSON.stringify({
    ...differing(rest, usual),
    ...(Object.keys(styled).length > 0 && { subtitleStyle: styled }),
  });
}
