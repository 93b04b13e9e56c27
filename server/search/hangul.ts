/*
 * Korean syllables are typed letter by letter: on the way to 마 one sees ㅁ, and behind 라 that ㅁ is at first a final
 * consonant of it (람). So that what is typed is a beginning of what is meant at every moment, syllables are taken
 * apart into letters that do not say where in a syllable they stand, double vowels and finals into the two keys.
 */
const initials = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const vowels = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const finals =
  'ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');

const letters = new Map<string, string>([
  ...Array.from(initials, (letter, n): [string, string] => [String.fromCodePoint(0x1100 + n), letter]),
  ...vowels.map((letter, n): [string, string] => [String.fromCodePoint(0x1161 + n), letter]),
  ...finals.map((letter, n): [string, string] => [String.fromCodePoint(0x11a8 + n), letter]),
]);

/** Letters of syllables that are taken apart (Unicode NFKD), as those of the keyboard. */
export function typedLetters(decomposed: string): string {
  return decomposed.replace(/[\u1100-\u11c2]/g, (letter) => letters.get(letter) ?? letter);
}

/** The consonant that a folded syllable begins with; undefined when it is none: Koreans search by these alone (ㅁㅈㅁ). */
export function initialOf(syllable: string): string | undefined {
  const [first = '', second = ''] = syllable;
  return initials.includes(first) && first !== '' && /^[\u314f-\u3163]$/.test(second) ? first : undefined;
}
