import type { TFunction } from 'i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { SourceMedia } from '../api/types.ts';

type T = TFunction;

/** Names of formats are the same in every language. */
const codecNames: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  prores: 'ProRes',
  mjpeg: 'Motion JPEG',
  aac: 'AAC',
  ac3: 'Dolby Digital',
  eac3: 'Dolby Digital Plus',
  opus: 'Opus',
  vorbis: 'Vorbis',
  mp3: 'MP3',
  flac: 'FLAC',
  dts: 'DTS',
  truehd: 'TrueHD',
  alac: 'ALAC',
};

export function codecName(codec: string): string {
  return codecNames[codec] ?? (codec.startsWith('pcm_') ? 'PCM' : codec);
}

const hdrNames: Record<string, string> = { hdr10: 'HDR10', hlg: 'HLG' };

function hdrInWords(t: T, hdr: string): string[] {
  if (hdr === 'none') return [];
  return [hdrNames[hdr] ?? t('media.hdr')];
}

/** "1920×1080, 29.97 fps, variable, rotated 90°, HDR10": the picture as it was found in the source. */
export function pictureInWords(t: T, media: SourceMedia): string {
  return formats().list([
    t('media.size', { width: String(media.width), height: String(media.height) }),
    t('media.frameRate', { rate: Number(media.frameRate.toFixed(2)) }),
    ...(media.variableFrameRate ? [t('media.variable')] : []),
    ...(media.rotation === 0 ? [] : [t('media.rotated', { degrees: media.rotation })]),
    ...(media.interlaced ? [t('media.interlaced')] : []),
    ...hdrInWords(t, media.hdr),
  ]);
}

function layoutInWords(t: T, { layout, channels }: SourceMedia['audio'][number]): string {
  const surround = /^([57]\.1)(\((side|wide)\))?$/.exec(layout)?.[1];
  if (surround !== undefined) return t('media.surround', { layout: surround });
  if (layout === 'mono' || channels === 1) return t('media.mono');
  if (layout === 'stereo' || channels === 2) return t('media.stereo');
  return t('media.channels', { count: channels });
}

/** "stereo, English, AAC". */
export function audioInWords(t: T, audio: SourceMedia['audio'][number]): string {
  return formats().list([
    layoutInWords(t, audio),
    formats().languageName(audio.language) ?? t('media.noLanguage'),
    codecName(audio.codec),
  ]);
}

const avcProfiles: Record<number, string> = { 66: 'Baseline', 77: 'Main', 100: 'High' };
const aacTypes: Record<string, string> = { '2': 'AAC-LC', '5': 'HE-AAC', '29': 'HE-AAC v2' };

/** `avc1.640028` -> "H.264 High 4.0", `mp4a.40.2` -> "AAC-LC": the RFC 6381 string of a rendition for people. */
export function codecStringName(codec: string): string {
  const avc = /^avc[13]\.([0-9a-f]{2})[0-9a-f]{2}([0-9a-f]{2})$/i.exec(codec);
  if (avc) {
    const profile = avcProfiles[Number.parseInt(avc[1]!, 16)];
    const level = (Number.parseInt(avc[2]!, 16) / 10).toFixed(1);
    return ['H.264', profile, level].filter(Boolean).join(' ');
  }
  const aac = /^mp4a\.40\.(\d+)$/.exec(codec);
  return aacTypes[aac?.[1] ?? ''] ?? codec;
}
