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
