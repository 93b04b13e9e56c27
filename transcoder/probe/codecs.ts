/**
 * The codecs that may be decoded. Everything else stays shut: a decoder nobody needs is only an attack surface.
 * Keys are ffmpeg's codec names (as ffprobe reports them), values the decoders that may be opened for them.
 */
const videoCodecs: Readonly<Record<string, readonly string[]>> = {
  h264: ['h264'],
  hevc: ['hevc'],
  av1: ['libdav1d', 'libaom-av1', 'av1'],
  vp8: ['vp8', 'libvpx'],
  vp9: ['vp9', 'libvpx-vp9'],
  mpeg1video: ['mpeg1video'],
  mpeg2video: ['mpeg2video'],
  mpeg4: ['mpeg4'],
  h263: ['h263'],
  h263p: ['h263p'],
  flv1: ['flv'],
  msmpeg4v1: ['msmpeg4v1'],
  msmpeg4v2: ['msmpeg4v2'],
  msmpeg4v3: ['msmpeg4'],
  wmv1: ['wmv1'],
  wmv2: ['wmv2'],
  wmv3: ['wmv3'],
  vc1: ['vc1'],
  vp6: ['vp6'],
  vp6f: ['vp6f'],
  theora: ['theora'],
  mjpeg: ['mjpeg'],
  dvvideo: ['dvvideo'],
  prores: ['prores'],
  dnxhd: ['dnxhd'],
  cfhd: ['cfhd'],
  ffv1: ['ffv1'],
  huffyuv: ['huffyuv'],
  ffvhuff: ['ffvhuff'],
  utvideo: ['utvideo'],
  qtrle: ['qtrle'],
  rawvideo: ['rawvideo'],
  v210: ['v210'],
};

const audioCodecs: Readonly<Record<string, readonly string[]>> = {
  aac: ['aac'],
  aac_latm: ['aac_latm'],
  mp1: ['mp1float', 'mp1'],
  mp2: ['mp2float', 'mp2'],
  mp3: ['mp3float', 'mp3'],
  ac3: ['ac3'],
  eac3: ['eac3'],
  dts: ['dca'],
  truehd: ['truehd'],
  mlp: ['mlp'],
  opus: ['opus', 'libopus'],
  vorbis: ['vorbis', 'libvorbis'],
  flac: ['flac'],
  alac: ['alac'],
  wmav1: ['wmav1'],
  wmav2: ['wmav2'],
  wmapro: ['wmapro'],
  wmalossless: ['wmalossless'],
  amr_nb: ['amrnb'],
  amr_wb: ['amrwb'],
  speex: ['speex', 'libspeex'],
  nellymoser: ['nellymoser'],
  adpcm_ima_wav: ['adpcm_ima_wav'],
  adpcm_ima_qt: ['adpcm_ima_qt'],
  adpcm_ms: ['adpcm_ms'],
  adpcm_swf: ['adpcm_swf'],
};

/** Uncompressed sound needs no allow-list by layout: reading it is arithmetic. */
const pcm = [
  'pcm_s8',
  'pcm_u8',
  'pcm_s16le',
  'pcm_s16be',
  'pcm_u16le',
  'pcm_u16be',
  'pcm_s24le',
  'pcm_s24be',
  'pcm_s32le',
  'pcm_s32be',
  'pcm_f32le',
  'pcm_f32be',
  'pcm_f64le',
  'pcm_f64be',
  'pcm_alaw',
  'pcm_mulaw',
  'pcm_bluray',
  'pcm_dvd',
];

export function isVideoCodecAllowed(codec: string): boolean {
  return Object.hasOwn(videoCodecs, codec);
}

export function isAudioCodecAllowed(codec: string): boolean {
  return Object.hasOwn(audioCodecs, codec) || pcm.includes(codec);
}

/** Every decoder that may be opened for encoding, for ffmpeg's `-codec_whitelist`. */
export const allowedDecoders: readonly string[] = [
  ...new Set([...Object.values(videoCodecs).flat(), ...Object.values(audioCodecs).flat(), ...pcm]),
];

/**
 * Decoders that ffprobe may open besides, without ever giving them data: it opens one for every track and gives up when
 * it may not, though covers, subtitles and odd sounds are only listed. These are the usual ones; `ffprobe.ts` lets
 * it open others as well once a file is found to have them, for a track that is merely listed refuses no file.
 */
export const listedDecoders: readonly string[] = [
  'png',
  'bmp',
  'subrip',
  'srt',
  'ass',
  'ssa',
  'mov_text',
  'webvtt',
  'text',
  'pgssub',
  'dvdsub',
  'dvbsub',
  'xsub',
  'cc_dec',
  'libzvbi_teletextdec',
];
