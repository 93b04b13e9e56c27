/** A stretch of text in one style. */
export interface Run {
  /** Plain text; `\n` ends a line. */
  readonly text: string;
  readonly italic?: boolean;
  readonly bold?: boolean;
  readonly underline?: boolean;
}

type Style = 'italic' | 'bold' | 'underline';

const styleOfTag: Readonly<Record<string, Style>> = { i: 'italic', b: 'bold', u: 'underline' };
const tagOfStyle: readonly (readonly [Style, string])[] = [
  ['bold', 'b'],
  ['italic', 'i'],
  ['underline', 'u'],
];

/** Something that looks like a tag. Bounded, so that many `<` do not take time that grows with their square. */
const tagPattern = /<(\/?)([a-z0-9]*)([^<>]{0,500})>/gi;

/** Tags that are read and say nothing that is kept: their text stays. */
const dropped = { srt: /^font$/, webvtt: /^(?:c|v|lang|ruby|rt)$/ } as const;

const references: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00A0',
  lrm: '\u200E',
  rlm: '\u200F',
  quot: '"',
  apos: "'",
};

/**
 * Reads the text of a cue. Tags of the format that say something of its style are kept, those of its colour or voice
 * are dropped, and all others are text: what a script would be is shown as it is written.
 */
export function readMarkup(text: string, format: 'srt' | 'webvtt'): string {
  const runs: Run[] = [];
  const depth: Record<Style, number> = { italic: 0, bold: 0, underline: 0 };
  const add = (plain: string): void => {
    if (plain !== '')
      runs.push({
        text: format === 'webvtt' ? readReferences(plain) : plain,
        italic: depth.italic > 0,
        bold: depth.bold > 0,
        underline: depth.underline > 0,
      });
  };
  let at = 0;
  for (const match of text.matchAll(tagPattern)) {
    const [whole, slash = '', rawName = '', rest = ''] = match;
    const name = rawName.toLowerCase();
    const style = /^[\s.]|^$/.test(rest) ? styleOfTag[name] : undefined;
    const isBreak = name === 'br' && /^\s*\/?$/.test(rest);
    const isTime = format === 'webvtt' && /^[\d:.]+$/.test(rawName + rest);
    const isDropped = dropped[format].test(name) && /^(?:$|[\s.=])/.test(rest);
    if (style === undefined && !isBreak && !isTime && !isDropped) continue;
    add(text.slice(at, match.index));
    at = match.index + whole.length;
    if (isBreak) add('\n');
    else if (style !== undefined) depth[style] = Math.max(0, depth[style] + (slash === '' ? 1 : -1));
  }
  add(text.slice(at));
  return writeMarkup(runs);
}

function readReferences(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return references[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff) ? String.fromCodePoint(code) : whole;
  });
}

/** The stored form of a text: every line trimmed, none empty, no control characters, every tag closed where its line ends. */
export function writeMarkup(runs: readonly Run[]): string {
  const lines: Run[][] = [[]];
  for (const run of runs) {
    const [first = '', ...more] = visible(run.text).split('\n');
    lines.at(-1)?.push({ ...run, text: first });
    for (const text of more) lines.push([{ ...run, text }]);
  }
  return lines
    .map((line) => writeLine(trimmed(line)))
    .filter((line) => line !== '')
    .join('\n');
}

/** Marks of direction stay: Arabic and Hebrew are written with them. */
function visible(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '');
}

function trimmed(line: readonly Run[]): readonly Run[] {
  const filled = line.filter(({ text }) => text !== '');
  const from = filled.findIndex(({ text }) => text.trim() !== '');
  const to = filled.findLastIndex(({ text }) => text.trim() !== '');
  const shown = filled.slice(Math.max(0, from), to + 1);
  return shown.map((run, index) => {
    const begun = index === 0 ? run.text.trimStart() : run.text;
    return { ...run, text: index === shown.length - 1 ? begun.trimEnd() : begun };
  });
}

function writeLine(line: readonly Run[]): string {
  let written = '';
  let open: readonly string[] = [];
  for (const run of line) {
    const wanted = tagOfStyle.filter(([style]) => run[style] === true).map(([, tag]) => tag);
    if (wanted.join('') !== open.join('')) {
      written +=
        open
          .toReversed()
          .map((tag) => `</${tag}>`)
          .join('') + wanted.map((tag) => `<${tag}>`).join('');
      open = wanted;
    }
    written += escaped(run.text);
  }
  return (
    written +
    open
      .toReversed()
      .map((tag) => `</${tag}>`)
      .join('')
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
