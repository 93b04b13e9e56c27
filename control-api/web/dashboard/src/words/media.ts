import type { SourceMedia } from '../api/types.ts';

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** "English" for `en`; nothing for an unknown language. */
function languageInWords(tag: string): string | undefined {
  if (tag === 'und' || tag === '') return undefined;
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** 29.97002997 -> "29.97 fps". */
function frameRateInWords(framesPerSecond: number): string {
  return `${Number(framesPerSecond.toFixed(2))} fps`;
}

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

export function codecInWords(codec: string): string {
  return codecNames[codec] ?? (codec.startsWith('pcm_') ? 'PCM' : codec);
}

const hdrNames: Record<string, string> = { hdr10: 'HDR10', hlg: 'HLG', other: 'HDR' };

/** "1920×1080, 29.97 fps, variable, rotated 90°, HDR10": the picture as it was found in the source. */
export function pictureInWords(media: SourceMedia): string {
  return [
    `${media.width}×${media.height}`,
    frameRateInWords(media.frameRate),
    media.variableFrameRate ? 'variable' : undefined,
    media.rotation === 0 ? undefined : `rotated ${media.rotation}°`,
    media.interlaced ? 'interlaced' : undefined,
    hdrNames[media.hdr],
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

const layoutNames: Record<string, string> = {
  mono: 'mono',
  stereo: 'stereo',
  '5.1': '5.1 surround',
  '5.1(side)': '5.1 surround',
  '7.1': '7.1 surround',
  '7.1(wide)': '7.1 surround',
};

/** "stereo, English, AAC". */
export function audioInWords(audio: SourceMedia['audio'][number]): string {
  const channels = audio.channels === 1 ? 'mono' : audio.channels === 2 ? 'stereo' : `${audio.channels} channels`;
  return [
    layoutNames[audio.layout] ?? channels,
    languageInWords(audio.language) ?? 'language not stated',
    codecInWords(audio.codec),
  ].join(', ');
}

/** `avc1.640028` -> "H.264 High 4.0", `mp4a.40.2` -> "AAC-LC": the RFC 6381 string of a rendition for people. */
export function codecStringInWords(codec: string): string {
  const avc = /^avc[13]\.([0-9a-f]{2})[0-9a-f]{2}([0-9a-f]{2})$/i.exec(codec);
  if (avc) {
    const profile = { 66: 'Baseline', 77: 'Main', 100: 'High' }[Number.parseInt(avc[1]!, 16)];
    const level = (Number.parseInt(avc[2]!, 16) / 10).toFixed(1);
    return ['H.264', profile, level].filter(Boolean).join(' ');
  }
  if (codec === 'mp4a.40.2') return 'AAC-LC';
  if (codec === 'mp4a.40.5') return 'HE-AAC';
  if (codec === 'mp4a.40.29') return 'HE-AAC v2';
  return codec;
}
