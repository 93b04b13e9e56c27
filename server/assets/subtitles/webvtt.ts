import { readSettings, SubtitleRefused, type Cue, type FoundCue } from './cue.ts';
import { readMarkup } from './markup.ts';

const time = String.raw`(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})`;
const timing = new RegExp(String.raw`^${time}[ \t]+-->[ \t]+${time}(?:[ \t]+(\S.*))?$`);

interface Block {
  readonly line: number;
  readonly lines: readonly string[];
}

/**
 * Reads WebVTT (https://www.w3.org/TR/webvtt1/), strictly: players skip what they do not understand, and nobody would
 * learn that a cue is missing. Notes, styles and regions are left out. Ours, because parsers for players are lenient
 * on purpose, and the strict one of W3C is no longer kept up.
 * @throws SubtitleRefused
 */
export function readWebVtt(text: string): FoundCue[] {
  const [header, ...blocks] = blocksOf(text);
  if (header?.line !== 1 || !/^WEBVTT(?:[ \t].*)?$/.test(header.lines[0] as string))
    throw new SubtitleRefused('The first line of WebVTT is WEBVTT', 1);
  const mapped = header.lines.findIndex((line) => line.startsWith('X-TIMESTAMP-MAP'));
  if (mapped !== -1)
    throw new SubtitleRefused('This is a piece of a stream, whose times count from somewhere else', mapped + 1);
  // Some writers leave out the empty line behind the header.
  const early = header.lines.findIndex((line) => line.includes('-->'));
  if (early !== -1) throw new SubtitleRefused('An empty line belongs before the first cue', early + 1);
  return blocks.flatMap((block) => {
    const first = block.lines[0] as string;
    if (/^(?:NOTE(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$)/.test(first) && !first.includes('-->')) return [];
    return [readCue(block)];
  });
}

function readCue({ line, lines }: Block): FoundCue {
  const at = (lines[0] as string).includes('-->') ? 0 : 1;
  const times = timing.exec((lines[at] ?? '').trimEnd());
  if (!times) throw new SubtitleRefused('Times were expected, as in 00:01.000 --> 00:02.500', line + at);
  const settings = readSettings(times[9] ?? '');
  if (settings === undefined)
    throw new SubtitleRefused(`These are no cue settings: ${times[9]?.slice(0, 100)}`, line + at);
  const texts = lines.slice(at + 1);
  const arrow = texts.findIndex((each) => each.includes('-->'));
  if (arrow !== -1) throw new SubtitleRefused('An empty line belongs before the next cue', line + at + 1 + arrow);
  const [startMs, endMs] = [timeAt(times, 1), timeAt(times, 5)];
  if (endMs <= startMs) throw new SubtitleRefused('It ends before it begins', line + at);
  return { startMs, endMs, line: line + at, text: readMarkup(texts.join('\n'), 'webvtt'), settings };
}

function timeAt(match: RegExpExecArray, from: number): number {
  const [hours = '0', minutes, seconds, fraction] = match.slice(from, from + 4);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction);
}

/** Stretches of lines that are not empty. */
function blocksOf(text: string): readonly Block[] {
  const blocks: { readonly line: number; readonly lines: string[] }[] = [];
  let within = false;
  for (const [index, content] of text.split(/\r\n|\r|\n/).entries()) {
    if (content === '') within = false;
    else if (within) blocks.at(-1)?.lines.push(content);
    else {
      blocks.push({ line: index + 1, lines: [content] });
      within = true;
    }
  }
  return blocks;
}

/** A time as WebVTT writes it, with hours. */
function webVttTime(milliseconds: number): string {
  return clock(milliseconds, '.');
}

/** A whole file. */
export function writeWebVtt(cues: readonly Cue[], header: readonly string[] = []): string {
  return `${[['WEBVTT', ...header].join('\n'), ...cues.map(writeCue)].join('\n\n')}\n`;
}

function writeCue({ startMs, endMs, text, settings }: Cue): string {
  const times = `${webVttTime(startMs)} --> ${webVttTime(endMs)}`;
  return `${settings === '' ? times : `${times} ${settings}`}\n${text}`;
}

/** A whole file of SubRip: places are told by `{\an}` where they are among the nine that it knows. */
export function writeSrt(cues: readonly Cue[]): string {
  return cues
    .map(({ startMs, endMs, text, settings }, index) => {
      const place = keypadOf(settings);
      const lines = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      const times = `${clock(startMs, ',')} --> ${clock(endMs, ',')}`;
      return `${index + 1}\n${times}\n${place === 2 ? '' : `{\\an${place}}`}${lines}\n`;
    })
    .join('\n');
}

function keypadOf(settings: string): number {
  const row = /(?:^| )line:0(?:%|,|$| )/.test(settings) ? 6 : /(?:^| )line:50%/.test(settings) ? 3 : 0;
  const column = /align:(?:start|left)/.test(settings) ? 1 : /align:(?:end|right)/.test(settings) ? 3 : 2;
  return row + column;
}

function clock(milliseconds: number, point: ',' | '.'): string {
  const whole = Math.max(0, Math.round(milliseconds));
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const seconds = Math.floor(whole / 1000);
  return `${part(Math.floor(seconds / 3600))}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}${point}${part(whole % 1000, 3)}`;
}
