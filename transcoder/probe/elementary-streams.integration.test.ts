import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import t from 'tap';
import { remuxToMatroska } from '../encode/remux.ts';
import { defaults, ffmpeg, shadesIn, silent, tools, grayClip } from '../testing/clips.ts';
import { sniff } from './container.ts';
import { sniffElementary } from './elementary-streams.ts';
import { probeMedia } from './probe-media.ts';

const words = (text: string) => text.split(' ');
const frames = 50;
const x264 = '-c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p';

t.test(
  'streams without a container are recognised by content, and copied with every picture in its place',
  async (t) => {
    const folder = t.testdir();
    const probe = async (file: string) =>
      probeMedia({ path: file, limits: defaults.media, tools: await tools(), logger: silent, niceness: 0 });
    for (const [name, demuxer, codec, options] of [
      ['h264', 'h264', 'h264', `${x264} -f h264`],
      ['m1v', 'mpegvideo', 'mpeg1video', '-c:v mpeg1video -q:v 2 -f mpeg1video'],
      ['m2v', 'mpegvideo', 'mpeg2video', '-c:v mpeg2video -q:v 2 -f mpeg2video'],
      ['m4v', 'm4v', 'mpeg4', '-c:v mpeg4 -q:v 2 -f m4v'],
      ['ivf', 'ivf', 'vp8', '-c:v libvpx -b:v 500k -f ivf'],
      ['y4m', 'yuv4mpegpipe', 'rawvideo', '-pix_fmt yuv420p -f yuv4mpegpipe'],
    ] as const) {
      const file = path.join(folder, name);
      await grayClip(frames, '25', ...words(options), file);
      const info = await probe(file);
      t.match(info, { format: demuxer, needsRemux: true, video: { codec, frames } }, name);
      const guessed = info.warnings.filter(({ code }) => code === 'frame_rate_guessed');
      t.equal(guessed.length, demuxer === 'h264' ? 1 : 0, `${name}: a guess is said`);
      const outputPath = path.join(folder, `${name}.copy`);
      const copy = await remuxToMatroska({
        sourcePath: file,
        sourceBytes: statSync(file).size,
        info,
        outputPath,
        tools: await tools(),
        limits: defaults.media,
        logger: silent,
        niceness: 0,
        stallSeconds: 60,
      });
      t.match(copy, { needsRemux: false, video: { codec } }, name);
      t.ok(Math.abs(copy.video.frames - frames) <= 1, `${name}: ${copy.video.frames} frames`);
      t.ok(Math.abs(copy.durationMs - 2000) <= 80, `${name}: ${copy.durationMs} ms`);
      t.same(await shadesIn('-i', outputPath), await shadesIn('-f', demuxer, '-i', file), `${name}: the same pictures`);
    }
    const dv = path.join(folder, 'dv');
    await ffmpeg(...words('-f lavfi -i testsrc2=s=720x576:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -target pal-dv'), dv);
    t.match(await probe(dv), { format: 'dv', needsRemux: true, video: { codec: 'dvvideo' }, audio: [{ channels: 2 }] });
    const hevc = path.join(folder, 'hevc');
    await grayClip(
      10,
      '25',
      ...words('-c:v libx265 -x265-params log-level=0 -preset ultrafast -pix_fmt yuv420p -f hevc'),
      hevc,
    );
    await t.rejects(probe(hevc), { code: 'media_format_not_allowed', message: /bare HEVC stream.*Put it into MP4/ });
  },
);

t.test('nothing else is taken for one', async (t) => {
  const folder = t.testdir();
  const whole = path.join(folder, 'whole.h264');
  await grayClip(frames, '25', ...words(`${x264} -f h264`), whole);
  const h264 = readFileSync(whole).subarray(0, 4096);
  t.equal(sniffElementary(h264), 'h264');
  const starts = [
    '',
    '000001',
    '00000001',
    '000001b3',
    '000001b0000001b5',
    '0000000167',
    '12000a0b',
    '1f0700',
    '444b4946',
  ];
  for (const start of starts)
    for (let round = 0; round < 300; round += 1) {
      const noise = Buffer.concat([Buffer.from(start, 'hex'), randomBytes(4000)]);
      const found = sniffElementary(noise);
      if (found !== undefined && found !== 'obu') t.fail(`${start}: noise is taken for ${found}`, { noise });
    }
  for (const text of ['DKIF', 'YUV4MPEG2', '#EXTM3U\nhttp://example.com/', '<?xml version="1.0"?>', ''])
    t.equal(sniffElementary(Buffer.from(text)), undefined);
  // Without one of its parts it is none.
  const cut = Buffer.from(h264);
  cut[cut.indexOf('0000000168', 0, 'hex') + 4] = 0x6a;
  t.equal(sniffElementary(cut), undefined, 'no PPS');
  for (const [name, options] of [
    ['picture.png', '-frames:v 1 -c:v png -f image2'],
    ['picture.jpg', '-frames:v 1 -c:v mjpeg -f image2'],
    ['picture.bmp', '-frames:v 1 -c:v bmp -f image2'],
  ] as const) {
    const file = path.join(folder, name);
    await grayClip(2, '25', ...words(options), file);
    t.equal(sniffElementary(readFileSync(file).subarray(0, 4096)), undefined, name);
  }
  const sound = path.join(folder, 'sound.mp3');
  await ffmpeg(...words('-f lavfi -i sine=d=1 -c:a libmp3lame -f mp3'), sound);
  t.equal(sniffElementary(readFileSync(sound).subarray(0, 4096)), undefined);
  writeFileSync(path.join(folder, 'zip'), Buffer.from('504b0304', 'hex'));
  t.match(sniff(Buffer.from('504b0304', 'hex')), { is: /archive/ });
});
