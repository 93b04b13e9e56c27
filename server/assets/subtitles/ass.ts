import { parse, type ParsedASSEvent } from 'ass-compiler';
import { keypadSettings, SubtitleRefused, type FoundCue } from './cue.ts';
import { writeMarkup, type Run } from './markup.ts';

/** Its library puts every style together with every column. */
const mostStyles = 1000;
const mostFormatCharacters = 1000;

/** Columns of a file that does not name them. */
const usualStyles =
  'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';
const usualEvents = 'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';

type Section = 'styles' | 'events';
const keyOf: Readonly<Record<Section, string>> = { styles: 'style', events: 'dialogue' };

/**
 * Reads Advanced SubStation Alpha and its forerunner SSA. Of styles and overrides italics, bold, underlines and the
 * place are kept; drawings, colours, movements and comments are left out. `ass-compiler` reads lines and overrides: it
 * is kept up, has no dependencies and a type for everything. It skips what it does not understand, so what matters
 * is looked at here, and it is given no line of which it could make much work.
 * @throws SubtitleRefused
 */
export function readAss(text: string): FoundCue[] {
  const { lines, places, isOld } = relevantLines(text);
  const { styles, events } = parse(lines.join('\n'));
  const styleOf = new Map<string | undefined, Style>(styles.style.map((style) => [nameOf(style.Name), style]));
  return events.dialogue.flatMap((event, index): FoundCue[] => {
    const line = places[index] as number;
    const [startMs, endMs] = [Math.round(event.Start * 1000), Math.round(event.End * 1000)];
    if (!(startMs >= 0 && endMs >= 0)) throw new SubtitleRefused('These are no times', line);
    if (typeof event.Text !== 'object') throw new SubtitleRefused('A column is missing', line);
    // Editors keep notes in lines of no length.
    if (endMs === startMs) return [];
    if (endMs < startMs) throw new SubtitleRefused('It ends before it begins', line);
    const style = styleOf.get(nameOf(event.Style));
    const place = overriddenPlace(event) ?? stylePlace(style, isOld);
    return [{ startMs, endMs, line, text: textOf(event, style), settings: keypadSettings(place) }];
  });
}

/** The library types what should be there; what is there is what the file says. */
const nameOf = (name: string | undefined): string | undefined => name?.replace(/^\*/, '');

type Style = ReturnType<typeof parse>['styles']['style'][number];

function textOf(event: ParsedASSEvent, style: Style | undefined): string {
  const isOn = (value: string | undefined): boolean => value !== undefined && Number(value) !== 0;
  const ofStyle = { italic: isOn(style?.Italic), bold: isOn(style?.Bold), underline: isOn(style?.Underline) };
  let now = ofStyle;
  const runs: Run[] = event.Text.parsed.map(({ tags, text }) => {
    for (const tag of tags) {
      if (tag.r !== undefined) now = ofStyle;
      if (tag.i !== undefined) now = { ...now, italic: tag.i !== 0 };
      if (tag.b !== undefined) now = { ...now, bold: tag.b !== 0 };
      if (tag.u !== undefined) now = { ...now, underline: tag.u !== 0 };
    }
    return { ...now, text: text.replace(/\\N|\\n/g, '\n').replaceAll(String.raw`\h`, '\u00A0') };
  });
  return writeMarkup(runs);
}

/** The first override of a line counts. */
function overriddenPlace(event: ParsedASSEvent): number | undefined {
  for (const { tags } of event.Text.parsed)
    for (const tag of tags) {
      if (tag.an !== undefined) return tag.an;
      if (tag.a !== undefined) return ofOldNumber(tag.a);
    }
  return undefined;
}

function stylePlace(style: Style | undefined, isOld: boolean): number {
  const place = Number(style?.Alignment ?? 2);
  return isOld ? ofOldNumber(place) : place;
}

/** SSA numbers 1 to 3 below, 5 to 7 above, 9 to 11 in the middle. */
function ofOldNumber(old: number): number {
  if (old >= 9) return old - 5;
  return old >= 5 ? old + 2 : old;
}

/** What of a file is read, and where it was. */
interface Relevant {
  readonly lines: readonly string[];
  /** The lines of the dialogue, in its order. */
  readonly places: readonly number[];
  /** SSA numbers the places of styles in the old way. */
  readonly isOld: boolean;
}

/** Titles and comments are left out: nobody sees them, and looking for what they say may take long. */
function relevantLines(text: string): Relevant {
  const kept: Record<Section, string[]> = { styles: [], events: [] };
  const places: number[] = [];
  let section: Section | undefined;
  let isOld = false;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const content = raw.trim();
    const title = /^\[([^\]]{1,40})\]/.exec(content)?.[1]?.toLowerCase();
    if (title !== undefined) {
      section = /^v4\+? styles$/.test(title) ? 'styles' : title === 'events' ? 'events' : undefined;
      isOld ||= title === 'v4 styles';
      continue;
    }
    const key = /^(Format|Style|Dialogue):/i.exec(content)?.[1]?.toLowerCase();
    if (section === undefined || key === undefined || (key !== 'format' && keyOf[section] !== key)) continue;
    if (key === 'format' && content.length > mostFormatCharacters)
      throw new SubtitleRefused('There are too many columns', index + 1);
    if (key === 'style' && kept.styles.length > mostStyles)
      throw new SubtitleRefused('There are too many styles', index + 1);
    if (key === 'dialogue') places.push(index + 1);
    kept[section].push(withoutOpenBrace(content));
  }
  const [styles, events] = [withFormat(kept.styles, usualStyles), withFormat(kept.events, usualEvents)];
  return { lines: ['[V4+ Styles]', ...styles, '[Events]', ...events], places, isOld };
}

function withFormat(lines: readonly string[], usual: string): readonly string[] {
  return /^format/i.test(lines[0] ?? '') ? lines : [usual, ...lines];
}

/** Braces that are never closed are text; each would be looked at to the end of the line. */
function withoutOpenBrace(line: string): string {
  const closed = line.lastIndexOf('}') + 1;
  return line.slice(0, closed) + line.slice(closed).replaceAll('{', '(');
}
