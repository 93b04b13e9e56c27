/** Characters of a title that decide its place in a list; what is the same so far is in the order of its ids. */
const orderCharacters = 100;
/** Digits of a number in a title, so that episode 10 comes after episode 2. */
const numberDigits = 8;

/**
 * A text in the form in which titles are searched: small letters, without the marks above and below Latin letters
 * ("Café" is found by "cafe"), full-width and other compatible forms like the common ones (Unicode NFKD), one space
 * between words. It is made here and not by the database, because SQLite and PostgreSQL know letters differently.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

/** The columns of an asset that follow from its title: what is searched, and what titles are sorted by. */
export function titleKeys(title: string): { readonly title_folded: string; readonly title_order: string } {
  const folded = foldText(title);
  const padded = folded.replace(/[0-9]+/g, (digits) => digits.replace(/^0+(?=.)/, '').padStart(numberDigits, '0'));
  return { title_folded: folded, title_order: Array.from(padded).slice(0, orderCharacters).join('') };
}
