import t from 'tap';
import type { AudioTrackPlan, EncodingPlan, PlannedChunk, VideoRendition } from '../plan.ts';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { defaults } from '../testing/clips.ts';
import { announcedPiece, audioCommandLine, audioFilterGraph as graphFrom, soundOfSource } from './audio-arguments.ts';
import { remuxCommandLine } from './remux.ts';
import { capExcess, lowerCap, verifyVideoChunk } from './verify-video.ts';
import { verifyAudioPiece } from './encode-audio-track.ts';
import type { TimedUnit } from './transport-stream.ts';
import { timestampOffsetSeconds, videoCommandLine, videoFilterGraph } from './video-arguments.ts';
import { audioFrames, titleSamples } from '../timeline.ts';

const rendition = (name: string, width: number, height: number, maxBitrate = 1_000_000): VideoRendition => ({
  name,
  width,
  height,
  crf: 23,
  preset: 'veryfast',
  maxBitrate,
  bufferBits: maxBitrate,
  profile: 'high',
  level: '3.1',
  audioQuality: '128',
});
const track: AudioTrackPlan = {
  track: 0,
  stream: 3,
  language: 'en',
  label: 'x; $(id)',
  isDefault: true,
  renditions: [
    { name: 'a0-128', quality: '128', bitrate: 128_000, channels: 2, sampleRate: 48000 },
    { name: 'a0-48', quality: '48', bitrate: 48_000, channels: 2, sampleRate: 48000 },
  ],
};
const plan: EncodingPlan = {
  sourceKey: 'sources/upload_1',
  sourceFormat: 'mov',
  videoStream: 1,
  sourceStartMicroseconds: 66_733,
  frameRate: { num: 30_000, den: 1001 },
  frames: 300,
  gopFrames: 60,
  segmentFrames: 120,
  deinterlace: false,
  orientation: { mirrored: false, rotation: 0 },
  sourceColor: { matrix: 'bt601', fullRange: true },
  finalHoldFrames: 31,
  chunks: [
    { index: 0, firstFrame: 0, frames: 120, decodeFromMs: 0 },
    { index: 1, firstFrame: 120, frames: 180, decodeFromMs: 3450 },
  ],
  video: [
    rendition('v720-3', 1280, 720),
    rendition('v720-2', 1280, 720),
    rendition('v360-1', 640, 360),
    rendition('v234-0', 416, 234),
  ],
  audio: [track],
};
const [first, last] = plan.chunks as [PlannedChunk, PlannedChunk];
const line = (chunk: PlannedChunk, changed: Partial<EncodingPlan> = {}) =>
  videoCommandLine({
    sourcePath: '/scratch/source',
    plan: { ...plan, ...changed },
    chunk,
    renditions: plan.video,
    outputs: plan.video.map(({ name }) => `/scratch/out/${name}.ts`),
    tools: { passFrames: ['-fps_mode', 'passthrough'], canToneMap: true },
    maxPixels: 1_000_000,
  });
const audioFilterGraph = (of: EncodingPlan, sound: AudioTrackPlan) =>
  graphFrom(of, sound, soundOfSource('/scratch/source', of, sound));
const valueOf = (options: readonly string[], name: string) => options[options.indexOf(name) + 1];

t.test('the first chunk', async (t) => {
  const { inputOptions, input, filterGraph, outputs } = line(first);
  t.equal(input, 'file:/scratch/source');
  t.notOk(inputOptions.includes('-ss'), 'no seek');
  for (const [name, value] of [
    ['-protocol_whitelist', 'file'],
    ['-format_whitelist', 'mov'],
    ['-f', 'mov'],
    ['-max_alloc', '1073741824'],
    ['-threads', '1'],
  ])
    t.equal(valueOf(inputOptions, name as string), value, String(name));
  t.equal(valueOf(inputOptions, '-reinit_filter'), '0', 'a change in the file does not build the graph anew');
  t.ok(inputOptions.includes('-nostdin') && inputOptions.includes('-copyts') && inputOptions.includes('-noautorotate'));
  t.equal(
    filterGraph,
    '[0:1]setpts=PTS-round(0.066733/TB),fps=fps=30000/1001:start_time=0,trim=start_pts=0:end_pts=120,' +
      "scale=w='if(lte(abs(dar*720-1280),25.6),1280,clip(2*round(dar*720/2),2,1280))':h='if(lte(abs(dar*720-1280),25.6),720,clip(2*round(1280/dar/2),2,720))':" +
      'eval=frame:flags=bicubic:in_color_matrix=bt601:in_range=full:out_color_matrix=bt709:out_range=limited,format=yuv420p,' +
      "setsar=1,pad=w=1280:h=720:x='2*trunc((ow-iw)/4)':y='2*trunc((oh-ih)/4)':eval=frame,setsar=1,sidedata=mode=delete[size0];" +
      '[size0]split=3[out0][out1][size1];[size1]scale=640:360:flags=bicubic,setsar=1,split=2[out2][size2];[size2]scale=416:234:flags=bicubic,setsar=1,split=1[out3]',
  );
  t.equal(outputs.length, 4);
  t.equal(outputs[3]?.target, 'file:/scratch/out/v234-0.ts');
  const options = outputs[0]?.options as string[];
  for (const [name, value] of [
    ['-map', '[out0]'],
    ['-g', '60'],
    ['-keyint_min', '60'],
    ['-sc_threshold', '0'],
    ['-forced-idr', '1'],
    ['-crf', '23'],
    ['-maxrate:v', '1000000'],
    ['-bufsize:v', '1000000'],
    ['-output_ts_offset', '4.004000'],
    ['-muxdelay', '0'],
    ['-muxpreload', '0'],
    ['-f', 'mpegts'],
    ['-map_metadata', '-1'],
    ['-level:v', '3.1'],
  ])
    t.equal(valueOf(options, name as string), value, String(name));
  t.ok(Number(valueOf(options, '-fs')) > 500_000);
});

t.test('a later chunk seeks, the last one holds its last picture', async (t) => {
  const { inputOptions, filterGraph } = line(last);
  t.equal(valueOf(inputOptions, '-ss'), '3.516733', 'a timestamp of the file, not of the title');
  t.equal(valueOf(inputOptions, '-seek_timestamp'), '1');
  t.ok(inputOptions.includes('-noaccurate_seek'));
  t.match(filterGraph, /,fps=fps=30000\/1001,tpad=stop_mode=clone:stop=31,trim=start_pts=120:end_pts=300,/);
});

t.test('the last picture is held through several chunks', async (t) => {
  const held = { ...plan, frames: 1200, finalHoldFrames: 1000 };
  for (const [firstFrame, frames, expected] of [
    [0, 120, undefined],
    [120, 120, 40],
    [240, 480, 520],
    [720, 480, 1000],
  ] as const) {
    const graph = line({ index: 1, firstFrame, frames, decodeFromMs: 3000 }, held).filterGraph as string;
    t.equal(/tpad=stop_mode=clone:stop=(\d+),trim/.exec(graph)?.[1], expected?.toString(), `frame ${firstFrame}`);
  }
});

t.test('what the picture needs', async (t) => {
  const graph = (changed: Partial<EncodingPlan>, canToneMap = true) =>
    videoFilterGraph({ ...plan, ...changed }, first, plan.video, { canToneMap });
  t.match(
    graph({ deinterlace: true }),
    /setpts=[^,]+,scale=eval=init:interl=-1,bwdif=[^,]+,fps=/,
    'deinterlaced before frames are picked, at one size',
  );
  const turned = graph({ orientation: { mirrored: false, rotation: 90 } });
  t.match(turned, /,trim=[^,]+,scale=w='if\(lte\(abs\(dar\*1280-720\),/, 'scaled to the frame as it is coded');
  t.match(turned, /,pad=w=720:h=1280:.*:eval=frame,transpose=clock,setsar=1,/, 'then turned');
  t.match(graph({ orientation: { mirrored: true, rotation: 270 } }), /,hflip,transpose=cclock,setsar/);
  t.match(graph({ orientation: { mirrored: false, rotation: 180 } }), /,hflip,vflip,setsar/);
  t.match(graph({ toneMapFrom: 'smpte2084' }), /scale=w='if.*zscale=tin=smpte2084[^,]*,.*tonemap=.*format=yuv420p/);
  t.match(
    graph({ crop: { left: 2, right: 4, top: 6, bottom: 8, aspect: { num: 16, den: 9 } } }),
    /,trim=[^,]+,scale=eval=init:interl=-1,crop=w=iw-6:h=ih-14:x=2:y=6,setdar=16\/9,scale=w='if/,
  );
  t.match(
    graph({ sourceColor: { matrix: 'bt709', fullRange: true, perPicture: ['matrix', 'range'] } }),
    /:in_color_matrix=auto:out_color_matrix=bt709:out_range=limited,/,
    'each picture is taken at its word',
  );
  const wide = { sourceColor: { matrix: 'bt709', fullRange: false, primaries: 'smpte432' } } as const;
  t.match(
    graph(wide),
    /,format=yuv444p16le,setsar=1,pad=.*,setparams=color_primaries=smpte432:[^,]*,zscale=p=709,format=yuv420p,/,
  );
  t.notMatch(graph(wide, false), /zscale/, 'without zscale the colours stay as they are');
});

t.test('nothing that people wrote reaches a command line', async (t) => {
  const audio = audioCommandLine({
    source: soundOfSource('/scratch/source', plan, track),
    plan,
    track,
    outputDir: '/scratch/50%',
    maxPixels: 1000,
  });
  t.notMatch(JSON.stringify(audio), /\$\(id\)|upload_1/);
  t.match(
    audio.outputs.map(({ target }) => target),
    ['file:/scratch/50%%/a0-128.%05d.ts', 'file:/scratch/50%%/a0-48.%05d.ts'],
  );
  const source = soundOfSource('concat:a|b', plan, track);
  t.throws(() => audioCommandLine({ source, plan, track, outputDir: '/x', maxPixels: 1 }), TypeError);
});

t.test('audio', async (t) => {
  const surround = { name: 'a0-384', quality: '384', bitrate: 384_000, channels: 6, sampleRate: 48000 } as const;
  t.equal(titleSamples(plan), 480_480);
  t.equal(audioFrames(plan), 470);
  t.equal(audioFrames({ ...plan, frames: 1 }), 2, 'room for the priming packet and one more');
  t.equal(
    audioFilterGraph(plan, track),
    '[0:3]asetpts=PTS-round(0.066733/TB),aresample=48000:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0:rematrix_maxval=1,' +
      'aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,apad,asetpts=N,atrim=start_sample=1024:end_sample=480480,asplit=2[out0][out1]',
  );
  t.match(
    audioFilterGraph(plan, { ...track, renditions: track.renditions.map((one) => ({ ...one, channels: 1 })) }),
    /channel_layouts=mono/,
  );
  t.equal(
    audioFilterGraph(plan, {
      ...track,
      silences: [
        [0, 3000],
        [4000, 9000],
        [9500, 90_000],
      ],
    }),
    '[0:3]asetpts=PTS-round(0.066733/TB),aresample=48000:rematrix_maxval=1,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,asplit=3[part0of2][part1of2][part2of2];' +
      '[part0of2]atrim=start_pts=0:end_pts=96000,asetpts=PTS-0,aresample=48000:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0,apad,asetpts=N,atrim=end_sample=96000[filled0of2];' +
      '[part1of2]atrim=start_pts=96000:end_pts=384000,asetpts=PTS-96000,aresample=48000:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0,apad,asetpts=N,atrim=end_sample=288000[filled1of2];' +
      '[part2of2]atrim=start_pts=384000:end_pts=480480,asetpts=PTS-384000,aresample=48000:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0,apad,asetpts=N,atrim=end_sample=96480[filled2of2];' +
      '[filled0of2][filled1of2][filled2of2]concat=n=3:v=0:a=1,asettb=1/48000,asetpts=N,apad,asetpts=N,atrim=start_sample=1024:end_sample=480480,asplit=2[out0][out1]',
  );
  t.equal(
    audioFilterGraph(plan, { ...track, renditions: [...track.renditions, surround] }),
    `${audioFilterGraph(plan, track)};` +
      '[0:3]asetpts=PTS-round(0.066733/TB),aresample=48000:flags=res:async=1000:min_comp=0.003:min_hard_comp=0.04:first_pts=0:rematrix_maxval=1,' +
      'aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=5.1,apad,asetpts=N,atrim=start_sample=1024:end_sample=480480,asplit=1[out2]',
    'stereo as without 5.1',
  );
  // The longest title, full of silences of a minute and more; the later ones are the longer ones.
  const silences = Array.from(
    { length: 1400 },
    (_, index) => [index * 64_000, index * 64_000 + 61_000 + index] as const,
  );
  const both: AudioTrackPlan = { ...track, renditions: [...track.renditions, surround] };
  const many = audioFilterGraph({ ...plan, frames: 90_000 * 30 }, { ...both, silences });
  t.ok(many.length < 128_000, `${many.length} characters are an argument`);
  t.ok(
    many.includes('concat=n=251') &&
      many.includes(`[part0of2]atrim=start_pts=0:end_pts=${(1150 * 64_000 + 61_000 + 1150 - 1000) * 48},`),
    'the longest are kept',
  );
  t.match(announcedPiece('a0-48.00012.ts', track), { rendition: { name: 'a0-48' }, index: 12 });
  for (const text of ['a1-48.00012.ts', '../a0-48.00012.ts', '[mpegts] a0-48.00001.ts', ''])
    t.equal(announcedPiece(text, track), undefined);
  const units = (start: number) =>
    [0, 1, 2].map((index) => ({ pts: start + index * 1920, dts: start + index * 1920, bytes: 300, key: true }));
  const audioRendition = track.renditions[0] as (typeof track.renditions)[0];
  verifyAudioPiece(units(360_360 + 5 * 1920), plan, audioRendition, 5);
  t.throws(() => verifyAudioPiece(units(360_360 + 6 * 1920), plan, audioRendition, 5), { code: 'encode_failed' });
});

t.test('remuxing', async (t) => {
  const info = {
    format: 'mpegts',
    video: { stream: 2 },
    audio: [{ stream: 0 }, { stream: 4 }],
  } as unknown as MediaInfo;
  const { inputOptions, outputs } = remuxCommandLine({
    sourcePath: '/scratch/a',
    outputPath: '/scratch/b',
    info,
    sourceBytes: 1000,
    limits: defaults.media,
  });
  t.equal(valueOf(inputOptions, '-format_whitelist'), 'mpegts');
  t.strictSame(outputs[0]?.options.slice(0, 8), ['-map', '0:2', '-map', '0:0', '-map', '0:4', '-c', 'copy']);
});

t.test('an encoded chunk is checked', async (t) => {
  const offset = 360_360;
  // Coded order I P B: the picture shown second is written last.
  const unit = (index: number, extra: Partial<TimedUnit> = {}): TimedUnit => ({
    pts: offset + (last.firstFrame + index) * 3003,
    dts: offset + (last.firstFrame + index) * 3003 - 6006,
    bytes: 1000,
    key: index % 60 === 0,
    ...extra,
  });
  const good = Array.from({ length: 180 }, (_, index) => unit(index));
  const [v] = plan.video as [VideoRendition];
  verifyVideoChunk(good, plan, last, v);
  t.equal(timestampOffsetSeconds(plan), '4.004000');
  for (const [name, units, code] of [
    ['a frame is missing', good.slice(1), 'encode_frame_count'],
    ['a frame too many', [...good, unit(180)], 'encode_frame_count'],
    ['a wrong time', good.map((one, index) => (index === 7 ? { ...one, pts: one.pts + 90 } : one)), 'encode_failed'],
    [
      'no key frame at a GOP start',
      good.map((one, index) => (index === 60 ? { ...one, key: false } : one)),
      'encode_failed',
    ],
    ['a key frame elsewhere', good.map((one, index) => (index === 61 ? { ...one, key: true } : one)), 'encode_failed'],
    [
      'decoding times that stand still',
      good.map((one, index) => (index === 9 ? { ...one, dts: (good[8] as TimedUnit).dts } : one)),
      'encode_failed',
    ],
  ] as const)
    t.throws(() => verifyVideoChunk(units, plan, last, v), { code }, name);

  // 120 frames of 1000 bytes in 4.004 s, and 60 in 2.002 s, against caps.
  const cap = (maxBitrate: number, bufferBits: number) => ({ ...v, maxBitrate, bufferBits });
  t.ok(Math.abs(capExcess(good, plan, cap(200_000, 100_000)) - 960_000 / 900_800) < 1e-9);
  t.equal(lowerCap(good, plan, cap(200_000, 100_000)), undefined, 'within 10 %');
  const lowered = lowerCap(good, plan, cap(150_000, 100_000)) as VideoRendition;
  t.equal(lowered.name, v.name);
  t.ok(capExcess(good, plan, { ...v, ...lowered }) > 1 && lowered.maxBitrate < 120_000 && lowered.bufferBits < 80_000);
});
