/** The digit 0 of scripts that have digits of their own; full-width ones are made plain by NFKC. */
const zeros = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
  0x0f20, 0x1040, 0x17e0, 0x1810,
];

/** A text with all its digits as 0 to 9: `٣` and `３` become `3`. */
export function withPlainDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) as number;
    const zero = zeros.find((each) => code >= each && code <= each + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}

/** Chinese numerals that may be in a file's name, for a pattern. */
export const hanNumeral = '[〇零一二三四五六七八九十百千两兩]+';

const hanDigits = new Map([...'零一二三四五六七八九'].map((sign, value) => [sign, value]));
for (const [sign, value] of [
  ['〇', 0],
  ['两', 2],
  ['兩', 2],
] as const)
  hanDigits.set(sign, value);
const hanUnits = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);

/** The value of a number in digits or in Chinese numerals: `十二`, `一百零五`, also digit by digit: `一二`. */
export function valueOf(numeral: string): number {
  if (/^\d+$/.test(numeral)) return Number(numeral);
  const signs = [...numeral];
  if (!signs.some((sign) => hanUnits.has(sign))) return Number(signs.map((sign) => hanDigits.get(sign) ?? 0).join(''));
  let [sum, digit] = [0, 0];
  for (const sign of signs) {
    const unit = hanUnits.get(sign);
    if (unit === undefined) digit = hanDigits.get(sign) ?? 0;
    else {
      sum += (digit || 1) * unit;
      digit = 0;
    }
  }
  return sum + digit;
}
