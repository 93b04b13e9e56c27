/**
 * Languages for tests and translators, with the tags that platforms use for them: English with other letters and a
 * third more of them (`en-XA`), and the same from right to left (`ar-XB`).
 */
export const pseudoLanguages = ['en-XA', 'ar-XB'] as const;

export function isPseudo(language: string): boolean {
  return (pseudoLanguages as readonly string[]).includes(language);
}

const baseOf = (tag: string): string => tag.split('-')[0]!.toLowerCase();

/** The first language that is wanted and there, `de-AT` also by `de`; English otherwise. */
export function availableLanguage(wanted: readonly (string | undefined)[], available: readonly string[]): string {
  for (const tag of wanted) {
    if (tag === undefined) continue;
    const found = available.find((one) => one === tag) ?? available.find((one) => one === baseOf(tag));
    if (found !== undefined) return found;
  }
  return 'en';
}

/** How dates and numbers are written: as in the person's own country, when the browser names it for this language. */
export function formatLocale(language: string, browserLanguages: readonly string[]): string {
  return browserLanguages.find((tag) => tag !== baseOf(tag) && baseOf(tag) === language) ?? language;
}

const rightToLeft = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** By the language, because browsers do not agree yet on how to be asked (`Intl.Locale`). */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return rightToLeft.has(baseOf(language)) ? 'rtl' : 'ltr';
}
