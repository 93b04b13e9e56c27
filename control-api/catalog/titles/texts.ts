import { displayText } from '../../display-text.ts';

/** What a title is called and about, in one language. */
export interface TitleText {
  /** BCP 47. */
  readonly language: string;
  readonly name: string;
  readonly tagline: string | null;
  readonly synopsis: string | null;
}

/** A tag and what it is a part of, the most exact first: `zh-Hant-TW`, `zh-Hant`, `zh` (RFC 4647 §3.4). */
function broader(tag: string): readonly string[] {
  const parts = tag.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

const languageOf = (tag: string) => tag.split('-', 1)[0];

/**
 * The text to show somebody: in the first of their languages that there is, exactly, then broader, then in any kind of
 * that language; else in the original language, which is always there.
 * @param wanted language tags, the best first
 * @throws TypeError when there is no text in the original language
 */
export function textFor<T extends { readonly language: string }>(
  texts: readonly T[],
  wanted: readonly string[],
  original: string,
): T {
  const found = matchingText(texts, wanted);
  if (found) return found;
  const last = texts.find(({ language }) => language === original);
  if (!last) throw new TypeError(`There is no text in the original language (${original})`);
  return last;
}

/** The same without a last resort: undefined when there is none in any of their languages. */
export function matchingText<T extends { readonly language: string }>(
  texts: readonly T[],
  wanted: readonly string[],
): T | undefined {
  for (const tag of wanted) {
    const found =
      broader(tag)
        .map((each) => texts.find(({ language }) => language === each))
        .find((text) => text !== undefined) ?? texts.find(({ language }) => languageOf(language) === languageOf(tag));
    if (found) return found;
  }
  return undefined;
}

/** Some paragraphs that may be shown anywhere, as `displayText` is for a line; one empty line at most between two. */
export function displayParagraphs(text: string, maxCharacters: number): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => displayText(line, maxCharacters));
  const joined = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return Array.from(joined).slice(0, maxCharacters).join('').trim();
}
