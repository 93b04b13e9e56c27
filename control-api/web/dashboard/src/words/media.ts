import type { TFunction } from 'i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { SourceMedia } from '../api/types.ts';
import { codecName } from './codec-names.ts';

type T = TFunction;

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

/** Loudspeakers around the listener, and the one for low frequencies, which 5.1 and more have: 1.0, 2.0, 5.1. */
export function channelsInWords(channels: number): string {
  return channels < 6 ? `${channels}.0` : `${channels - 1}.1`;
}

/** "stereo, English, AAC". */
export function audioInWords(t: T, audio: SourceMedia['audio'][number]): string {
  return formats().list([
    layoutInWords(t, audio),
    formats().languageName(audio.language) ?? t('media.noLanguage'),
    codecName(audio.codec),
  ]);
}
