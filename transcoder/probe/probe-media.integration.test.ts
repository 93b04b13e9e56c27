import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import type { videoProblems } from '../../server/assets/problems.ts';
import {
  defaults,
  ffmpeg,
  grayClip,
  processesMentioning,
  setDisplayMatrix,
  setEdit,
  sharedClip,
  silent,
  tools,
} from '../testing/clips.ts';
import type { MediaInfo } from '../../server/assets/media-info.ts';
import { probeMedia } from './probe-media.ts';

type Limits = typeof defaults.media;
const probe = async (file: string, limits: Partial<Limits> = {}, signal?: AbortSignal): Promise<MediaInfo> =>
  probeMedia({
    path: file,
    limits: { ...defaults.media, ...limits },
    tools: await tools(),
    logger: silent,
    niceness: 0,
    ...(signal && { signal }),
  });

async function refused(
  t: Test,
  file: string,
  code: keyof typeof videoProblems,
  sentence?: RegExp,
  limits?: Partial<Limits>,
): Promise<void> {
  try {
    const info = await probe(file, limits);
    t.fail(`${path.basename(file)} was accepted`, { found: info });
  } catch (error) {
    t.ok(error instanceof ProblemError, `${path.basename(file)} is refused with a problem`);
    t.match(
      error,
      { code, ...(sentence && { message: sentence }) },
      `${path.basename(file)}: ${(error as Error).message}`,
    );
    t.match(
      (error as Error).message,
      /\. (Upload|Export|Choose|Cut|Repair|If it is a video, export) /,
      'says what can be done',
    );
  }
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
let folder: string;
let plain: string;

t.before(async () => {
  folder = t.testdir();
  plain = path.join(folder, 'plain.mp4');
  await grayClip(100, '25', ...h264, '-movflags', '+faststart', plain);
});

t.test('the shared real clips', async (t) => {
  const landscape = { width: 1080, height: 720, rotation: 0, mirrored: false };
  const accepted = [
    [
      'audio-5.1-channel-id.mp4',
      { durationMs: 46625, video: { frames: 373, typicalFrameRate: 8 }, audio: [{ channels: 6, layout: '5.1' }] },
    ],
    [
      'bbb-trailer-720p24.mp4',
      {
        format: 'mov',
        durationMs: 55125,
        video: { width: 1280, height: 720, frames: 1323, hdr: 'none' },
        audio: [{ codec: 'mp3' }],
      },
    ],
    [
      'phone-1080p-vfr-rotated90.mp4',
      {
        video: {
          width: 1080,
          height: 1920,
          rotation: 90,
          frames: 46,
          variableFrameRate: true,
          longestGapMs: 600,
          color: { range: 'pc' },
        },
        audio: [{ language: 'en' }],
      },
    ],
    [
      'phone-720p-vfr-rotated180.mp4',
      { video: { width: 1280, height: 720, rotation: 180, frames: 25 }, audio: [{ channels: 1 }] },
    ],
    ['sintel-480p24-chapters.mp4', { durationMs: 52208, video: { width: 854, height: 480, frames: 1253 } }],
    [
      'vtest-768x576-10fps.avi',
      { format: 'avi', durationMs: 79500, video: { codec: 'msmpeg4v3', frames: 795 }, audio: [] },
    ],
    ['odd/bear-vp9-odd-dimensions.webm', { format: 'matroska', video: { width: 161, height: 121, frames: 30 } }],
    [
      'odd/hdr10-av1.mp4',
      { video: { hdr: 'hdr10', bitDepth: 10, width: 720, height: 1280, color: { transfer: 'smpte2084' } } },
    ],
    ['odd/hlg10-color-test.mp4', { video: { hdr: 'hlg', bitDepth: 10, stream: 1 } }],
    [
      'odd/sample_android_slow_motion.mp4',
      { durationMs: 525, video: { frames: 7, hdr: 'none', gaps: [[0, 326]] }, audio: [] },
    ],
    [
      'odd/sample_edit_list.mp4',
      { video: { width: 1080, height: 1920, rotation: 90, frames: 77, packets: 86 }, audio: [{ channels: 2 }] },
    ],
    ['odd/sample_fragmented.mp4', { durationMs: 1001, video: { ...landscape, frames: 30, startMicroseconds: 66733 } }],
    [
      'odd/sample_h262_mpeg_audio.ts',
      { format: 'mpegts', needsRemux: true, video: { codec: 'mpeg2video', frames: 3 } },
    ],
    ['odd/sample_h264.ts', { format: 'mpegts', needsRemux: true, durationMs: 1000, video: { frames: 30 } }],
    ['odd/sample_mdat_too_long.mp4', { durationMs: 1001, video: { ...landscape, frames: 30 } }],
    ['odd/sample_portrait.mp4', { video: { width: 720, height: 1080, rotation: 0 } }],
    ['odd/sample_rotate_and_reflect.mp4', { video: { width: 720, height: 1080, rotation: 270, mirrored: true } }],
    ['odd/sample_shorter_audio.mp4', { durationMs: 1200, video: { frames: 72, typicalFrameRate: Number } }],
    ['odd/sample_video_only.mp4', { audio: [], video: landscape }],
    [
      'odd/sample_with_ass_subtitles.mkv',
      { subtitles: [{ codec: 'ass' }], audio: [{ codec: 'ac3' }], video: { frames: 30 } },
    ],
    ['odd/sample_with_srt.mkv', { subtitles: [{ codec: 'subrip', language: 'en' }], durationMs: 1000 }],
    ['odd/sample_with_vtt_subtitles.mkv', { subtitles: [{ language: 'und' }], durationMs: 1000 }],
    ['odd/sample_with_invalid_nalu.mp4', { video: { frames: 30 } }],
  ] as const;
  const queue = [...accepted];
  await Promise.all(
    [0, 1, 2].map(async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const file = sharedClip(t, next[0]);
        if (file) t.match(await probe(file), next[1], next[0]);
      }
    }),
  );
  for (const [name, code, sentence] of [
    ['odd/invalid-bitstream.webm', 'media_damaged', /no picture .* can be decoded/],
    ['odd/sample_ac3_aac.mp4', 'media_no_video', /This file has no video track/],
    ['odd/sample_audio_only_15s.mp4', 'media_no_video', /This file has no video track/],
    ['odd/sample_malformed_free_box.mp4', 'media_damaged', /a part of it has an impossible size/],
    ['odd/sample_missing_stsd.mp4', 'media_codec_not_allowed', /audio codec is not known/],
  ] as const) {
    const file = sharedClip(t, name);
    if (file) await refused(t, file, code, sentence);
  }
});

t.test('what only a generated clip has', async (t) => {
  const file = (name: string) => path.join(folder, name);
  await Promise.all([
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=720x576:r=25:d=1',
      '-vf',
      'setsar=16/15,tinterlace=interleave_top,fieldorder=tff',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-q:v',
      '5',
      file('interlaced.mpg'),
    ),
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=160x120:r=25:d=1',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-f',
      'lavfi',
      '-i',
      'color=s=64x64:d=0.04:r=25',
      '-map',
      '3',
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      '-c:v:0',
      'png',
      '-disposition:v:0',
      'attached_pic',
      '-c:v:1',
      'libx264',
      '-preset',
      'ultrafast',
      '-c:a',
      'aac',
      '-metadata:s:a:0',
      'language=ger',
      '-metadata:s:a:0',
      'title=Kommentar "des" Regisseurs',
      '-metadata:s:a:1',
      'language=fra',
      file('cover.mp4'),
    ),
  ]);
  t.match(
    await probe(file('interlaced.mpg')),
    { format: 'mpeg', needsRemux: true, video: { interlaced: true, width: 768, height: 576 } },
    'interlaced, anamorphic',
  );
  t.match(
    await probe(file('cover.mp4')),
    { video: { codec: 'h264', frames: 25 }, audio: [{ language: 'de' }, { language: 'fr' }] },
    'a cover is not the video',
  );

  const turned = file('turned.mp4');
  for (const [matrix, expected] of [
    [[0, 1, -1, 0], { width: 120, height: 160, rotation: 90, mirrored: false }],
    [[-1, 0, 0, 1], { width: 160, height: 120, rotation: 0, mirrored: true }],
  ] as const) {
    copyFileSync(plain, turned);
    setDisplayMatrix(turned, matrix);
    t.match(await probe(turned), { video: expected });
  }
  t.match(await probe(plain), {
    durationMs: 4000,
    video: {
      frames: 100,
      averageFrameRate: { num: 100_000_000, den: 4_000_000 },
      variableFrameRate: false,
      lastFrameMs: 40,
    },
  });
});

t.test('hostile and broken files', async (t) => {
  const hostile = path.join(folder, 'hostile');
  mkdirSync(hostile);
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(path.join(hostile, name), content);
    return path.join(hostile, name);
  };
  copyFileSync(plain, path.join(hostile, 'victim.mp4'));
  await refused(t, file('empty.mp4', ''), 'media_empty', /^The file is empty\./);
  await refused(
    t,
    file('hls.mp4', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nvictim.mp4\n#EXT-X-ENDLIST\n'),
    'media_format_not_allowed',
    /playlist/,
  );
  await refused(
    t,
    file('concat.mp4', "ffconcat version 1.0\nfile 'victim.mp4'\n"),
    'media_format_not_allowed',
    /playlist/,
  );
  await refused(t, file('list.mp4', 'victim.mp4\n'), 'media_format_not_allowed', /text/);
  await refused(t, file('text.mp4', 'just some words\n'.repeat(500)), 'media_format_not_allowed', /text/);
  await refused(t, file('noise.mp4', Buffer.alloc(10_000, 0x01)), 'media_unrecognized');
  // The first bytes say MP4, what follows is a playlist that the demuxer must not be asked about.
  await refused(
    t,
    file(
      'mask.mp4',
      Buffer.concat([readFileSync(plain).subarray(0, 32), Buffer.from('#EXTM3U\n#EXTINF:4,\nvictim.mp4\n')]),
    ),
    'media_damaged',
  );
  const bytes = readFileSync(plain);
  await refused(
    t,
    file('half.mp4', bytes.subarray(0, Math.floor(bytes.length / 2))),
    'media_damaged',
    /announces is not there/,
  );
  t.match(
    await probe(file('tail.mp4', bytes.subarray(0, bytes.length - 10))),
    { video: { frames: 100 } },
    'a few missing bytes do no harm',
  );
  const slow = path.join(hostile, 'slow-start.mp4');
  await grayClip(25, '25', ...h264, slow);
  truncateSync(slow, statSync(slow).size - 100);
  await refused(
    t,
    slow,
    'media_damaged',
    /index is missing, because its end was cut off\. Upload the whole file again/,
  );
  const matroska = path.join(hostile, 'half.mkv');
  await grayClip(100, '25', ...h264, matroska);
  truncateSync(matroska, Math.floor(statSync(matroska).size / 2));
  await refused(t, matroska, 'media_damaged', /announces is not there/);
  const png = path.join(hostile, 'picture.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'color=s=64x64:d=0.04', '-frames:v', '1', '-f', 'image2', '-c:v', 'png', png);
  await refused(t, png, 'media_format_not_allowed', /picture/);
});

t.test('limits', async (t) => {
  await refused(t, plain, 'media_too_large_picture', /160x120/, { maxPixels: 160 * 120 - 1 });
  await refused(t, plain, 'media_too_long', /(at most|longer than) 3/, { maxDurationSeconds: 3 });
  const many = path.join(folder, 'many.mkv');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'color=s=64x64:d=0.2:r=25',
    '-f',
    'lavfi',
    '-i',
    'sine=d=0.2',
    '-map',
    '0',
    ...Array.from({ length: 11 }, () => ['-map', '1']).flat(),
    '-c:v',
    'libx264',
    '-c:a',
    'pcm_s16le',
    many,
  );
  await refused(t, many, 'media_too_many_streams', /tracks/, { maxStreams: 5 });
  await refused(t, plain, 'media_probe_limit', undefined, { probeTimeoutSeconds: 0.001 });
  // Absurd dimensions in a small file: the header says so, no picture of that size is ever allocated.
  const absurd = path.join(folder, 'absurd.mp4');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'color=s=9000x8000:d=0.04:r=25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-x264-params',
    'threads=1:lookahead-threads=1',
    absurd,
  );
  await refused(t, absurd, 'media_too_large_picture', /9000x8000/);
});

t.test('sound far away from the picture', async (t) => {
  const file = (name: string) => path.join(folder, name);
  const [picture, sound] = [
    ['-f', 'lavfi', '-i', 'color=s=64x64:d=2:r=25'],
    ['-f', 'lavfi', '-i', 'sine=d=2'],
  ];
  const copied = ['-map', '0', '-map', '1', ...h264, '-c:a', 'aac', '-max_interleave_delta', '0'];
  await ffmpeg(
    '-itsoffset',
    '1000000000',
    ...(picture as string[]),
    ...(sound as string[]),
    ...copied,
    file('early.mkv'),
  );
  await refused(t, file('early.mkv'), 'media_too_long', /With its sound the video is 1000000002 seconds long/);
  await ffmpeg(
    ...(picture as string[]),
    '-itsoffset',
    '1000000000',
    ...(sound as string[]),
    ...copied,
    file('late.mkv'),
  );
  t.match(
    await probe(file('late.mkv')),
    { durationMs: 2000, video: { audioTailMs: 0 }, audio: [{ silences: [[0, Number]] }] },
    'a stray packet does not make a title long',
  );
  await ffmpeg(...(picture as string[]), '-f', 'lavfi', '-i', 'sine=d=20', ...copied, file('longer.mkv'));
  const {
    video: { audioTailMs },
  } = await probe(file('longer.mkv'));
  t.ok(Math.abs(audioTailMs - 18_000) < 100, `the sound goes on for ${audioTailMs} ms`);
  await refused(t, file('longer.mkv'), 'media_too_long', /With its sound/, { maxDurationSeconds: 10 });
});

t.test('frames that are counted but not shown are no damage', async (t) => {
  const file = (name: string) => path.join(folder, name);
  const edited = file('edited.mp4');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x120:r=25:d=20',
    ...h264,
    '-g',
    '25',
    '-movflags',
    '+faststart',
    edited,
  );
  const trimmed = file('trimmed.mp4');
  await ffmpeg('-ss', '9.5', '-i', edited, '-t', '2', '-c', 'copy', trimmed);
  t.match(await probe(trimmed), { durationMs: 2020, video: { frames: 50, keySpans: [] } }, 'trimmed by copying');
  // Movie ticks are milliseconds, of the track 12,800 a second: 2 s from the fifth on.
  setEdit(edited, 2000, 5 * 12_800);
  t.match(await probe(edited), { durationMs: 2000, video: { frames: 50 } }, 'trimmed by its edit list');
  const half = readFileSync(edited);
  setEdit(edited, 20_000, 0);
  writeFileSync(edited, readFileSync(edited).subarray(0, half.length / 2));
  await refused(t, edited, 'media_damaged', /announces is not there/);

  const skipping = file('skipping.avi');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=160x120:r=25:d=8',
    '-vf',
    "select='not(between(n,50,120))'",
    '-vsync',
    'passthrough',
    '-c:v',
    'mpeg4',
    skipping,
  );
  t.match(await probe(skipping), { durationMs: 8000, video: { frames: 129 } });
  truncateSync(skipping, Math.floor(statSync(skipping).size / 2));
  await refused(t, skipping, 'media_damaged', /announces is not there/);
});

t.test('a codec nobody asked for stays shut', async (t) => {
  const file = path.join(folder, 'snow.avi');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=0.2', '-c:v', 'snow', '-strict', '-2', file);
  await refused(t, file, 'media_codec_not_allowed', /snow/);
});

t.test('names are not arguments', async (t) => {
  for (const name of ['-y.mp4', 'concat:x|y.mp4', 'quote\'"name.mp4', 'new\nline.mp4', '%d [0:v]$(id);`id`.mp4']) {
    const file = path.join(folder, name);
    copyFileSync(plain, file);
    t.match(await probe(file), { video: { frames: 100 } }, JSON.stringify(name));
  }
});

t.test('an abort ends the examination and leaves no process', async (t) => {
  const controller = new AbortController();
  const reason = new Error('not wanted any more');
  const probing = probe(plain, {}, controller.signal);
  setImmediate(() => controller.abort(reason));
  await t.rejects(probing, reason);
  t.strictSame(await processesMentioning(plain), []);
  await t.rejects(probe(plain, {}, AbortSignal.abort(reason)), reason);
});

t.test("a server that cannot read is not the file's fault", async (t) => {
  const error: unknown = await probe(path.join(folder, 'missing.mp4')).catch((thrown: unknown) => thrown);
  t.ok(error instanceof Error && !(error instanceof ProblemError));
});

t.test('an examination that is ended from outside says nothing about the file', async (t) => {
  const fragmented = path.join(folder, 'fragmented.mp4');
  await grayClip(500, '25', ...h264, '-g', '25', '-movflags', '+frag_keyframe+empty_moov', fragmented);
  t.match(await probe(fragmented), { durationMs: 20_000, video: { frames: 500 } });
  const found = await tools();
  const ended = async (stage: string, end: string): Promise<unknown> => {
    const script = path.join(folder, 'ffprobe');
    writeFileSync(
      script,
      `#!/bin/sh\ncase "$*" in *${stage}=*) '${found.ffprobe.path}' "$@" | head -n 100; ${end};; esac\nexec '${found.ffprobe.path}' "$@"\n`,
    );
    chmodSync(script, 0o755);
    return probeMedia({
      path: fragmented,
      limits: defaults.media,
      tools: { ...found, ffprobe: { ...found.ffprobe, path: script } },
      logger: silent,
      niceness: 0,
    }).catch((error: unknown) => error);
  };
  for (const stage of ['stream', 'frame', 'packet']) {
    for (const signal of ['KILL', 'TERM']) {
      const error = await ended(stage, `kill -${signal} $$`);
      t.ok(error instanceof Error && !(error instanceof ProblemError), `${stage}, ${signal}`);
      t.match(error, { message: `ffprobe ended with SIG${signal}` });
    }
  }
  t.match(
    await ended('packet', 'exit 1'),
    { code: 'media_damaged', message: /read to its end/ },
    'a listing that breaks off is not the whole file',
  );
});
