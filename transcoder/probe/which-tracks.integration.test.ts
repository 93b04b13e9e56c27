import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { defaults, ffmpeg, sharedClip, silent, tools } from '../testing/clips.ts';
import { probeMedia } from './probe-media.ts';

const probe = async (file: string) =>
  probeMedia({ path: file, limits: defaults.media, tools: await tools(), logger: silent, niceness: 0 });
const picture = (size: string, frames = 50) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${frames / 25}`];
const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=2'];
const words = (text: string) => text.split(' ');
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const codes = (info: { readonly warnings: readonly { readonly code: string }[] }) =>
  info.warnings.map(({ code }) => code);

t.test('covers are not the film, and what is merely listed refuses no file', async (t) => {
  for (const name of ['cases/cover-jpeg-is-first-default-track.mp4', 'cases/cover-tiff-attached.mkv']) {
    const file = sharedClip(t, name);
    if (!file) continue;
    const info = await probe(file);
    t.match(info, { video: { codec: 'h264', width: 320, height: 180, frames: 300 }, audio: [{ codec: 'aac' }] }, name);
    t.same(codes(info), [], `${name}: nothing was lost`);
  }
});

t.test('tracks that nothing here may decode', async (t) => {
  const folder = t.testdir();
  const odd = path.join(folder, 'odd.mkv');
  const font = path.join(folder, 'font.ttf');
  writeFileSync(font, 'not really a font');
  // Two odd sounds that nobody has thought of, two that are usual, a still as an ordinary track, a font.
  await ffmpeg(
    ...picture('320x180'),
    ...sound,
    ...picture('64x64', 1),
    ...words('-map 2:v -map 0:v -map 1:a -map 1:a -map 1:a -map 1:a -map 1:a'),
    ...words('-attach'),
    font,
    ...words('-metadata:s:t mimetype=application/x-truetype-font'),
    ...h264,
    ...words('-c:v:0 jpeg2000 -pix_fmt:v:0 rgb24'),
    ...words('-c:a:0 wavpack -c:a:1 tta -c:a:2 aac -c:a:3 g723_1 -ar:a:3 8000 -ac:a:3 1'),
    ...words('-b:a:3 6300 -c:a:4 g722 -ar:a:4 16000 -strict -2'),
    odd,
  );
  const info = await probe(odd);
  t.match(info, { video: { codec: 'h264', stream: 1, frames: 50 }, audio: [{ codec: 'aac', stream: 4 }] });
  t.match(info.warnings, [
    { code: 'audio_track_not_accepted', parameters: { track: 1, codec: 'wavpack' } },
    { code: 'audio_track_not_accepted', parameters: { track: 2, codec: 'tta' } },
    { code: 'audio_track_not_accepted', parameters: { track: 4 } },
    { code: 'audio_track_not_accepted', parameters: { track: 5 } },
  ]);
  const alone = path.join(folder, 'alone.mkv');
  await ffmpeg(...picture('320x180'), ...sound, ...h264, '-c:a', 'wavpack', alone);
  await t.rejects(probe(alone), {
    code: 'media_codec_not_allowed',
    message:
      /The sound of this file cannot be used: the audio codec wavpack is not accepted\. Export the video with AAC/,
  });
  const cover = path.join(folder, 'cover.mp4');
  await ffmpeg(
    ...sound,
    ...picture('64x64', 1),
    ...words('-map 0:a -map 1:v -c:a aac -c:v mjpeg -disposition:v attached_pic'),
    cover,
  );
  await t.rejects(probe(cover), { code: 'media_no_video', message: /no video track, only a cover picture/ });
});

t.test('of several default picture tracks the best one that can be played', async (t) => {
  const folder = t.testdir();
  const several = path.join(folder, 'several.mp4');
  await ffmpeg(
    ...picture('320x180'),
    ...picture('640x360'),
    ...words('-map 0:v -map 1:v -disposition:v:0 default -disposition:v:1 default'),
    ...h264,
    several,
  );
  const best = await probe(several);
  t.match(best, { video: { stream: 1, width: 640 } });
  t.match(best.warnings, [{ code: 'picture_tracks_left_out', parameters: { tracks: 1, shown: 2 } }]);

  // The better one is there to its end, and nothing in it can be decoded.
  const broken = path.join(folder, 'broken.mp4');
  const bytes = readFileSync(several);
  const places = execFileSync((await tools()).ffprobe.path, [
    ...words('-v error -select_streams 1 -show_entries packet=pos,size -of csv=p=0'),
    several,
  ])
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number) as [number, number]);
  for (const [size, position] of places) bytes.fill(0xff, position, position + size);
  writeFileSync(broken, bytes);
  const next = await probe(broken);
  t.match(next, { video: { stream: 0, width: 320 } });
  t.match(next.warnings, [{ code: 'picture_track_not_playable', parameters: { track: 2, codec: 'h264', shown: 1 } }]);
});

t.test('motion JPEG is a film', async (t) => {
  const folder = t.testdir();
  const motion = path.join(folder, 'motion.avi');
  await ffmpeg(...picture('320x180'), '-c:v', 'mjpeg', motion);
  t.match(await probe(motion), { video: { codec: 'mjpeg', frames: 50 }, warnings: [] });
});
