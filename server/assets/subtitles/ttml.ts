import { fromXML, type Content, type Size, type Styles } from './imsc.ts';
import { SubtitleRefused, type FoundCue } from './cue.ts';
import { writeMarkup, type Run } from './markup.ts';
import { scanTtml, ttmlNamespace } from './ttml-scan.ts';

const styling = `${ttmlNamespace}#styling`;

/** What passes from an element to those in it. */
interface Inherited {
  readonly beginMs: number;
  readonly endMs: number;
  readonly region: string | undefined;
  readonly italic: boolean;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly align: string | undefined;
}

/** Texts of one paragraph that are shown at the same time. */
interface Shown {
  readonly beginMs: number;
  readonly endMs: number;
  readonly runs: Run[];
  readonly region: string | undefined;
  readonly align: string | undefined;
}

/**
 * Reads TTML, as IMSC 1.1 profiles it (https://www.w3.org/TR/ttml-imsc1.1/). `imsc` reads it, the library of that
 * specification's editor, which players use as well: it knows frames, ticks, nested times and referred styles. It is
 * given only what `scanTtml` has looked through. Paragraphs become cues; of their style italics, bold, underlines, alignment
 * and the place of their region are kept.
 * @throws SubtitleRefused
 */
export function readTtml(text: string): FoundCue[] {
  const { paragraphLines } = scanTtml(text);
  const document = parse(text);
  const cues: FoundCue[] = [];
  let paragraph = 0;
  const visit = (content: Content, parent: Inherited): void => {
    const own = inherit(content, parent);
    if (content.kind === 'p') {
      const line = paragraphLines[paragraph] ?? 1;
      paragraph += 1;
      for (const shown of shownTogether(content, own)) {
        if (!Number.isFinite(shown.endMs)) throw new SubtitleRefused('It is not said when this text ends', line);
        if (shown.endMs < shown.beginMs) throw new SubtitleRefused('It ends before it begins', line);
        const [startMs, endMs] = [Math.round(shown.beginMs), Math.round(shown.endMs)];
        const written = writeMarkup(shown.runs);
        if (written === '' || startMs === endMs) continue;
        const region = document.head.layout.regions[shown.region ?? ''];
        cues.push({ startMs, endMs, line, text: written, settings: settingsOf(region?.styleAttrs, shown.align) });
      }
    } else for (const each of content.contents ?? []) if (each) visit(each, own);
  };
  const nothing = { italic: false, bold: false, underline: false, region: undefined, align: undefined };
  if (document.body) visit(document.body, { beginMs: 0, endMs: Number.POSITIVE_INFINITY, ...nothing });
  return cues;
}

function parse(text: string): NonNullable<ReturnType<typeof fromXML>> {
  let reason: string | undefined;
  const stop = (message: string): boolean => {
    reason = message;
    return true;
  };
  const goOn = (): boolean => false;
  try {
    const document = fromXML(text, { fatal: stop, error: goOn, warn: goOn, info: goOn });
    if (document) return document;
  } catch (error) {
    // It throws texts, and TypeErrors for what it did not expect.
    throw new SubtitleRefused(`This TTML cannot be read: ${reason ?? 'it is not built as TTML is'}`, undefined, {
      cause: error,
    });
  }
  throw new SubtitleRefused('There is nothing in this TTML');
}

function inherit(content: Content, parent: Inherited): Inherited {
  const style = (name: string) => content.styleAttrs?.[`${styling} ${name}`];
  const decoration = style('textDecoration');
  const [font, weight, align] = [style('fontStyle'), style('fontWeight'), style('textAlign')];
  return {
    beginMs: Math.max(parent.beginMs, content.begin * 1000),
    endMs: Math.min(parent.endMs, content.end * 1000),
    region: content.regionID || parent.region,
    italic: font === undefined ? parent.italic : font === 'italic' || font === 'oblique',
    bold: weight === undefined ? parent.bold : weight === 'bold',
    underline: Array.isArray(decoration) ? decoration.includes('underline') : parent.underline,
    align: typeof align === 'string' ? align : parent.align,
  };
}

/** The texts of a paragraph by their times: most have one, karaoke has many. */
function shownTogether(paragraph: Content, own: Inherited): readonly Shown[] {
  const all = new Map<string, Shown>();
  const visit = (content: Content, inherited: Inherited): void => {
    const ruby = content.styleAttrs?.[`${styling} ruby`];
    if (ruby === 'text' || ruby === 'textContainer' || ruby === 'delimiter') return;
    const text = content.kind === 'br' ? '\n' : readable(content);
    if (text !== undefined) {
      const { beginMs, endMs, region, align, italic, bold, underline } = inherited;
      // A line break belongs to whatever text it is between.
      const key = content.kind === 'br' ? ([...all.keys()].at(-1) ?? '') : `${beginMs}-${endMs}`;
      const shown = all.get(key);
      if (shown) shown.runs.push({ text, italic, bold, underline });
      else if (text.trim() !== '')
        all.set(key, { beginMs, endMs, region, align, runs: [{ text, italic, bold, underline }] });
    }
    for (const each of content.contents ?? []) if (each) visit(each, inherit(each, inherited));
  };
  for (const each of paragraph.contents ?? []) if (each) visit(each, inherit(each, own));
  return [...all.values()];
}

function readable({ text, space }: Content): string | undefined {
  return space === 'preserve' ? text : text?.replace(/\s+/g, ' ');
}

/** Where a region shows its text: at its upper or lower edge, or in its middle, and that in the upper or lower half. */
function settingsOf(region: Styles | undefined, ownAlign: string | undefined): string {
  const value = (name: string) => region?.[`${styling} ${name}`];
  const [origin, extent] = [value('origin'), value('extent')];
  const height = percent(extent, 100);
  const top = percent(origin, 0);
  const edge = value('displayAlign');
  const at = top + (edge === 'after' ? height : edge === 'center' ? height / 2 : 0);
  // Without a region of its own a text stands below, as everywhere.
  const line = region === undefined || edge === undefined || at > 66 ? '' : at < 34 ? 'line:0' : 'line:50%';
  const align = ownAlign ?? value('textAlign');
  const aligned = align === 'left' || align === 'right' || align === 'start' || align === 'end' ? `align:${align}` : '';
  return [line, aligned].filter((part) => part !== '').join(' ');
}

function percent(size: string | readonly string[] | Size | undefined, other: number): number {
  return typeof size === 'object' && 'h' in size && size.h.unit === '%' ? size.h.value : other;
}
