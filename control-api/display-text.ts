/**
 * A line of text that may be shown anywhere: without control characters, line breaks and the invisible marks that turn
 * text around (which make `exe.mp4` of `4pm.exe`), cut after `maxCharacters`. The two joiners stay: Persian, Hindi and
 * many emoji are written with them.
 */
export function displayText(text: string, maxCharacters: number): string {
  const visible = text
    .normalize('NFC')
    .replace(/(?![\u200C\u200D])[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return Array.from(visible).slice(0, maxCharacters).join('').trim();
}
