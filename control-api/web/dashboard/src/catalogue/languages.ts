import { formats } from '../../../kit/messages/i18n.ts';

/** Languages that texts are written in, as they are offered (BCP 47); those that a title has besides are shown as well. */
const offered =
  'af am ar az be bg bn bs ca cs cy da de el en en-GB en-US es es-419 et eu fa fi fil fr fr-CA ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl pa pl pt pt-BR pt-PT ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi zh-Hans zh-Hant zu'.split(
    ' ',
  );

/** Languages as choices, by their names in the language of the page. */
export function languageChoices(besides: readonly string[] = []): { value: string; label: string }[] {
  const { languageName } = formats();
  const tags = [...new Set([...offered, ...besides])];
  return tags
    .map((tag) => ({ value: tag, label: languageName(tag) ?? tag }))
    .sort((one, other) => one.label.localeCompare(other.label));
}

const lastKey = 'dramabox-last-language';

/** The language that the last title was made in on this browser; else English. */
export function lastLanguage(): string {
  try {
    return localStorage.getItem(lastKey) ?? 'en';
  } catch {
    // Storage may be forbidden.
    return 'en';
  }
}

/** Offers it first the next time. */
export function rememberLanguage(tag: string): void {
  try {
    localStorage.setItem(lastKey, tag);
  } catch {
    // It is only a convenience.
  }
}
