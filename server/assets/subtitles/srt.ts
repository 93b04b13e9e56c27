import { keypadSettings, SubtitleRefused, type FoundCue } from './cue.ts';
import { readMarkup } from './markup.ts';

const time = String.raw`(?:(\d{1,3})\s?:\s?)?(\d{1,2})\s?:\s?(\d{1,2})(?:\s?[,.:]\s?(\d{1,3}))?`;
const timing = new RegExp(String.raw`^\s*${time}\s*--?>\s*${time}(?:\s+\S.*|\s*)$`);

interface Block {
  readonly startMs: number;
  readonly endMs: number;
  readonly line: number;
  readonly lines: string[];
}

/**
 * Reads SubRip, which has no specification: a number, a line of times, lines of text, an empty line. As other players
 * do it goes by the lines of times alone, so numbers may be wrong or missing, empty lines too many or too few, and
 * milliseconds follow a comma or a point. Ours, because no kept-up parser of it says which line it stopped at.
 * @throws SubtitleRefused
 */
export function readSrt(text: string): FoundCue[] {
  const blocks: Block[] = [];
  for (const [index, content] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const times = content.includes('>') ? timing.exec(content) : null;
    if (times) {
      dropNumber(blocks.at(-1));
      blocks.push({ startMs: milliseconds(times, 1), endMs: milliseconds(times, 5), line, lines: [] });
    } else if (/^\s*[\d:,.\s]+-->/.test(content)) throw new SubtitleRefused('These are no times', line);
    else if (blocks.length > 0) blocks.at(-1)?.lines.push(content);
    else if (!/^\s*\d*\s*$/.test(content))
      throw new SubtitleRefused('There is text before the first line of times', line);
  }
  return blocks.map(({ startMs, endMs, line, lines }) => {
    if (endMs <= startMs) throw new SubtitleRefused('It ends before it begins', line);
    const all = lines.join('\n');
    return { startMs, endMs, line, text: readMarkup(withoutOverrides(all), 'srt'), settings: placeOf(all) };
  });
}

/** The number of the next cue stands at the end of what looks like the text of this one. */
function dropNumber(block: Block | undefined): void {
  if (!block) return;
  while (block.lines.at(-1)?.trim() === '') block.lines.pop();
  // A text that is a number only: without an empty line before it, it is the text.
  if (block.lines.length > 0 && /^\s*\d+\s*$/.test(block.lines.at(-1) as string))
    if (block.lines.length > 1) block.lines.pop();
}

function milliseconds(match: RegExpExecArray, from: number): number {
  const [hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match.slice(from, from + 4);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** `{\an8}` and its kin, which editors of ASS leave behind. */
const overrides = /\{\\[^{}\n]{0,500}\}/g;

function withoutOverrides(text: string): string {
  return text.replace(overrides, '');
}

function placeOf(text: string): string {
  return keypadSettings(Number(/\{\\an([1-9])[\\}]/.exec(text)?.[1] ?? 2));
}
