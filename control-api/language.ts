import { Type } from 'typebox';
import { ProblemError } from '../server/kit/errors.ts';

/** They hold every tag without extensions (RFC 5646 §4.4.1). */
const mostCharacters = 35;
// Languages have two or three letters (ISO 639); longer words are only set aside for them.
const pattern = '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$';
const expression = new RegExp(pattern);

export const languageSchema = Type.String({
  minLength: 2,
  maxLength: mostCharacters,
  pattern,
  description: 'A language tag (BCP 47).',
  examples: ['pt-BR'],
});

/**
 * A language tag in its usual spelling (`PT-br` -> `pt-BR`; RFC 5646 §4.5).
 * @throws ProblemError invalid_request when it is none
 */
export function canonicalLanguage(tag: string): string {
  const language = readLanguage(tag);
  if (language === undefined) throw new ProblemError('invalid_request', `${tag} is not a language tag (BCP 47).`);
  return language;
}

function readLanguage(tag: string): string | undefined {
  try {
    const [canonical = ''] = Intl.getCanonicalLocales(tag);
    // An old tag may have a new one that is longer than what was asked for.
    return canonical.length <= mostCharacters ? canonical : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The most languages that are looked at of one request. */
const mostPreferred = 10;

/**
 * The languages that a client likes, the best first, of the header Accept-Language (RFC 9110 §12.5.4): those with the
 * same weight in the order in which they are named.
 */
export function preferredLanguages(header: string | undefined): readonly string[] {
  const weighted = (header ?? '').split(',').flatMap((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
    const language = expression.test(tag) && weight > 0 ? readLanguage(tag) : undefined;
    return language === undefined ? [] : [{ language, weight }];
  });
  const languages = weighted.sort((a, b) => b.weight - a.weight).map(({ language }) => language);
  return [...new Set(languages)].slice(0, mostPreferred);
}

/** The one that a client likes best; null when it names none. */
export function preferredLanguage(header: string | undefined): string | null {
  return preferredLanguages(header)[0] ?? null;
}
