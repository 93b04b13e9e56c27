import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { MaturityLimit, Profile } from './household.ts';

/** Languages that films are made and dubbed in most; a profile may name one of them. */
export const languageTags = [
  'ar',
  'de',
  'en',
  'es',
  'fr',
  'hi',
  'id',
  'it',
  'ja',
  'ko',
  'ms',
  'nl',
  'pl',
  'pt',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const;

/** Words for what profiles are made of, in the language of the page. */
export function useProfileWords() {
  const { t } = useTranslation();
  return {
    /** The main profile has a name once somebody gave it one. */
    nameOf: ({ name }: Pick<Profile, 'name'>): string => name ?? t('profiles.main'),
    limitOf: (limit: MaturityLimit): string => {
      if (limit === null) return t('profiles.limits.none');
      return limit === 0 ? t('profiles.limits.everybody') : t('profiles.limits.upTo', { age: limit });
    },
    languageOf: (tag: string): string => formats().languageName(tag) ?? tag,
  };
}
