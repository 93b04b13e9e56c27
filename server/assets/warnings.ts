/**
 * What a title lost, or what had to be guessed: it is published, and its people are told. A warning belongs to one
 * version, is kept with it (`AssetLifecycle.savePlan` and `addWarnings`) and shown by the API and on the title's page.
 *
 * To add one, declare it in `videoWarnings` and make it where it is found: `videoWarnings.some_code({ … })`.
 */

import { timeInWords } from '../kit/time-in-words.ts';

/** What a parameter is: a whole number of things, any number, or a short text (from a file, so it is cut and cleaned). */
type Kind = 'count' | 'number' | 'text';
type Parameters = Readonly<Record<string, Kind>>;
type Values<P extends Parameters> = { readonly [Name in keyof P]: P[Name] extends 'text' ? string : number };
type AnyValues = Readonly<Record<string, number | string>>;

/** A warning as it is kept. */
export interface Warning {
  readonly code: string;
  /**
   * The part of the title that it was found in, e.g. `video 3`; its parameters where the whole title is looked at once.
   * Found there again (a second try, another worker), it replaces what was found before. What different parts found
   * with the same parameters is shown as one warning.
   */
  readonly about: string;
  readonly parameters: AnyValues;
  /** The parameter that is added up over the parts; 0 where nothing is. */
  readonly amount: number;
  /** The parameter of which the least over the parts is shown; null where there is none. */
  readonly least: number | null;
}

/** A warning as it is shown: its parameters beside a sentence that says the same. */
export type ShownWarning = { readonly code: string; readonly detail: string } & AnyValues;

interface Declaration {
  readonly parameters: Parameters;
  /** The parameters that are taken together over the parts of a title; the others are the same in all of them. */
  readonly over: { readonly adds?: string; readonly least?: string };
  readonly detail: (values: AnyValues) => string;
}

interface Declared<P extends Parameters> extends Declaration {
  /** Carries the types of the parameters only. */
  readonly values?: Values<P>;
}

const maxTextCharacters = 100;

function clean(value: number | string, kind: Kind): number | string {
  if (kind === 'text')
    return String(value)
      .replace(/[\p{C}\p{Z}]+/gu, ' ')
      .trim()
      .slice(0, maxTextCharacters);
  const number = Number.isFinite(Number(value)) ? Number(value) : 0;
  return kind === 'count' ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(number))) : number;
}

/**
 * @param detail the sentence for people: what was lost or guessed, and what can be done where something can
 * @param over what becomes of two `count`s when several parts of a title find the same: `adds` is added up, of `least`
 *   the least is shown
 */
function warning<const P extends Parameters>(
  parameters: P,
  detail: (values: Values<P>) => string,
  over: { readonly adds?: keyof P & string; readonly least?: keyof P & string } = {},
): Declared<P> {
  return { parameters, over, detail: detail as Declaration['detail'] };
}

type Catalogue<D> = {
  readonly [Code in keyof D]: D[Code] extends Declared<infer P>
    ? (values: Values<P>, about?: string) => Warning
    : never;
};

function makers<const D extends Readonly<Record<string, Declaration>>>(declared: D): Catalogue<D> {
  const entries = Object.entries(declared).map(([code, { parameters, over }]) => {
    const { adds, least } = over;
    const make = (values: AnyValues, about?: string): Warning => {
      const kept = Object.fromEntries(
        Object.entries(parameters)
          .filter(([name]) => name !== adds && name !== least)
          .map(([name, kind]) => [name, clean(values[name] ?? '', kind)] as const),
      );
      return {
        code,
        about: about ?? JSON.stringify(kept),
        parameters: kept,
        amount: adds === undefined ? 0 : Number(clean(values[adds] ?? 0, 'count')),
        least: least === undefined ? null : Number(clean(values[least] ?? 0, 'count')),
      };
    };
    return [code, make];
  });
  return Object.fromEntries(entries) as Catalogue<D>;
}

/** Every warning. A code is stable once released, and none is the code of a problem. */
const declarations = {
  audio_track_not_accepted: warning({ track: 'count', codec: 'text' }, ({ track, codec }) =>
    codec === 'unknown'
      ? `Sound track ${track} was left out: its codec is not known.`
      : `Sound track ${track} was left out: its codec ${codec} is not accepted.`,
  ),
  audio_track_empty: warning(
    { track: 'count' },
    ({ track }) => `Sound track ${track} was left out: there is no sound in it.`,
  ),
  sound_layout_guessed: warning(
    { track: 'count', channels: 'count' },
    ({ track, channels }) =>
      `The file does not say where the ${channels} channels of sound track ${track} belong: the 1st, 3rd … are heard on the left, the 2nd, 4th … on the right.`,
  ),
  sound_not_decoded: warning(
    { track: 'count', seconds: 'count', of: 'count' },
    ({ track, seconds, of }) =>
      `About ${seconds} of ${of} seconds of sound track ${track} could not be decoded and are silent.`,
  ),
  picture_track_not_playable: warning(
    { track: 'count', codec: 'text', shown: 'count' },
    ({ track, codec, shown }) =>
      `Picture track ${track} (${codec}) cannot be played; picture track ${shown} is shown instead.`,
  ),
  picture_tracks_left_out: warning({ tracks: 'count', shown: 'count' }, ({ tracks, shown }) =>
    tracks === 1
      ? `The file has another picture track, which is left out: picture track ${shown} is shown.`
      : `The file has ${tracks} more picture tracks, which are left out: picture track ${shown} is shown.`,
  ),
  picture_aspect_changes: warning(
    { width: 'count', height: 'count' },
    ({ width, height }) =>
      `The shape of the picture changes within the file. All of it is shown at the shape of most of it (${width}x${height}); other parts have black bars.`,
  ),
  frame_rate_guessed: warning(
    { rate: 'number' },
    ({ rate }) =>
      `The file does not say when its pictures are shown: ${rate} a second were assumed. If that is too fast or too slow, put the video into MP4 and upload that.`,
  ),
  audio_track_begins_late: warning(
    { track: 'count', seconds: 'count' },
    ({ track, seconds }) =>
      `Sound track ${track} begins ${seconds} seconds after the picture: until then it is silent.`,
  ),
  picture_begins_late: warning(
    { seconds: 'count' },
    ({ seconds }) =>
      `The picture begins ${seconds} seconds after the sound: until then its first picture stands still.`,
  ),
  beginning_not_decodable: warning(
    { pictures: 'count' },
    ({ pictures }) =>
      `The file begins in the middle of a recording: its first ${pictures} pictures cannot be decoded, the first that can stands in their place.`,
  ),
  late_tracks_left_out: warning({ tracks: 'count' }, ({ tracks }) =>
    tracks === 1
      ? 'Another track begins so far behind the beginning of the file that it was left out. Put the video into MP4 or Matroska and upload that.'
      : `${tracks} more tracks begin so far behind the beginning of the file that they were left out. Put the video into MP4 or Matroska and upload that.`,
  ),
  clock_jumps_repaired: warning({ jumps: 'count' }, ({ jumps }) =>
    jumps === 1
      ? 'The clock of the file jumps once, as in recordings that were joined: its parts now follow one another.'
      : `The clock of the file jumps ${jumps} times, as in recordings that were joined: its parts now follow one another.`,
  ),
  joined_files_left_out: warning({ files: 'count' }, ({ files }) =>
    files === 1
      ? 'Another video stands behind the first one in this file, as when files are joined byte by byte. Only the first is used: join them with a video program.'
      : `${files} other videos stand behind the first one in this file, as when files are joined byte by byte. Only the first is used: join them with a video program.`,
  ),
  programmes_left_out: warning({ programmes: 'count' }, ({ programmes }) =>
    programmes === 1
      ? 'The file holds another programme, which was left out: only the one with the best picture is used.'
      : `The file holds ${programmes} other programmes, which were left out: only the one with the best picture is used.`,
  ),
  other_picture_left_out: warning(
    { seconds: 'count' },
    ({ seconds }) =>
      `${seconds} seconds of the picture were left out: they are in another codec than the rest. Convert the parts before they are joined.`,
  ),
  ladder_not_configured: warning(
    { ladder: 'text' },
    ({ ladder }) => `The ladder “${ladder}” is not in the configuration any more: the usual one was used instead.`,
  ),
  pictures_damaged: warning(
    { pictures: 'count', of: 'count', firstMs: 'count' },
    ({ pictures, of, firstMs }) =>
      `${pictures} of ${of} pictures are damaged in the file and may look wrong, the first of them near ${timeInWords(firstMs / 1000)}.`,
    { adds: 'pictures', least: 'firstMs' },
  ),
};

/** Makes a warning of each code, of its parameters and, where several parts of a title may find it, of the part. */
export const videoWarnings = makers(declarations);

/** The parameters of each code, for those who show them. */
export const warningParameters: Readonly<Record<string, Parameters>> = Object.fromEntries(
  Object.entries(declarations).map(([code, { parameters }]) => [code, parameters]),
);

/** What is shown of a kept warning; a newer release may have kept one that this one does not know. */
export function showWarning({ code, parameters, amount, least }: Omit<Warning, 'about'>): ShownWarning {
  const declared: Declaration | undefined = Object.hasOwn(declarations, code)
    ? declarations[code as keyof typeof declarations]
    : undefined;
  if (!declared) return { code, detail: `Something of this title was lost or guessed (${code}).` };
  const values = {
    ...parameters,
    ...(declared.over.adds !== undefined && { [declared.over.adds]: amount }),
    ...(declared.over.least !== undefined && { [declared.over.least]: least ?? 0 }),
  };
  return { ...values, code, detail: declared.detail(values) };
}
