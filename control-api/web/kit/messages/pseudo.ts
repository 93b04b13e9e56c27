import type { Catalogue, Texts } from './catalogue.ts';

const plain = 'aceginorsuyzACEGINORSUYZ';
const accented = 'áçéğíñóŕšúýžÁÇÉĞÍÑÓŔŠÚÝŽ';
/** What is no text: values, and tags of components inside a message. */
const placeholder = /(\{\{.*?\}\}|<\/?\w+\/?>)/;
const pluralCategories = ['zero', 'one', 'two', 'few', 'many'];

/** A text with other letters, in brackets and longer by a third, so that what is not translated or does not fit shows. */
export function pseudoText(text: string): string {
  const letters = text
    .split(placeholder)
    .map((part) =>
      placeholder.test(part) ? part : part.replace(/[a-z]/gi, (letter) => accented[plain.indexOf(letter)] ?? letter),
    )
    .join('');
  const length = text
    .split(placeholder)
    .filter((part) => !placeholder.test(part))
    .join('').length;
  // In words, so that lines break as they would.
  const more = '~'.repeat(Math.ceil(length * 0.3)).replace(/~{7}(?=~)/g, '~~~~~~~ ');
  return `⟦${letters}${more}⟧`;
}

function pseudoCatalogue(catalogue: Catalogue): Catalogue {
  const entries = Object.entries(catalogue).flatMap(([key, value]): [string, string | Catalogue][] => {
    if (typeof value !== 'string') return [[key, pseudoCatalogue(value)]];
    const text = pseudoText(value);
    const stem = /^(.*)_other$/.exec(key)?.[1];
    // Other languages have more plurals than English.
    const plurals = stem === undefined ? [] : pluralCategories.map((category) => `${stem}_${category}`);
    return [
      [key, text],
      ...plurals.filter((other) => !(other in catalogue)).map((other): [string, string] => [other, text]),
    ];
  });
  return Object.fromEntries(entries);
}

export function pseudoTexts(english: Texts): Texts {
  return Object.fromEntries(
    Object.entries(english).map(([namespace, catalogue]) => [namespace, pseudoCatalogue(catalogue)]),
  );
}
