import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ffmpeg, silent, tools } from '../testing/clips.ts';
import { encodeVideoChunk } from './encode-video-chunk.ts';
import { lookAtPictures } from './look-at-pictures.ts';
import { probe } from './testing/encoded-picture.ts';
import { planOf } from './testing/encoded-sound.ts';
import { hurtPictures } from './testing/hurt.ts';

const common = async () => ({ tools: await tools(), logger: silent, niceness: 0, stallSeconds: 60 });

t.test('a stream that can be decoded only from its beginning comes out as a straight decode of it', async (t) => {
  const dir = t.testdir();
  const file = path.join(dir, 'source.mp4');
  copyFileSync(path.resolve(import.meta.dirname, '../../fixtures/x264-148-444.mp4'), file);
  const found = await probe(file);
  const options = { sourcePath: file, outputDir: dir, ...(await common()) };
  const info = await lookAtPictures({ ...options, plan: planOf(found) }, found);
  const plan = planOf(info);
  t.same(
    plan.chunks.map(({ decodeFromMs }) => decodeFromMs),
    plan.chunks.map(() => 0),
  );
  t.ok(
    planOf(found).chunks.some(({ decodeFromMs }) => decodeFromMs > 0),
    'which it would not be otherwise',
  );
  const name = plan.video[0]?.name as string;
  const parts: Buffer[] = [];
  for (const chunk of plan.chunks) {
    const outputDir = path.join(dir, String(chunk.index));
    mkdirSync(outputDir);
    const { files, damage } = await encodeVideoChunk({ ...options, plan, chunk, outputDir });
    t.equal(damage.pictures, 0);
    parts.push(readFileSync(files.get(name) as string));
  }
  const stitched = path.join(dir, 'stitched.ts');
  writeFileSync(stitched, Buffer.concat(parts));
  const { width, height } = plan.video[0] as { width: number; height: number };
  const graph = `[0:v]setpts=N/25/TB[a];[1:v]scale=${width}:${height}:flags=bicubic,format=yuv420p,setpts=N/25/TB[b];[a][b]psnr=stats_file=-`;
  const listing = await ffmpeg('-i', stitched, '-i', file, '-lavfi', graph, '-f', 'null', '-');
  const likeness = [...String(listing).matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => Number(value));
  t.equal(likeness.length, 325, 'every frame');
  t.ok(Math.min(...likeness) > 18, `the worst is ${Math.min(...likeness)} dB`);
});

t.test('a film that is damaged wherever it is looked at is refused before it is encoded', async (t) => {
  const dir = t.testdir();
  const file = path.join(dir, 'source.mp4');
  const clip = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=8', '-c:v', 'mpeg4', '-b:v', '2M', '-g', '50'];
  await ffmpeg(...clip, '-pix_fmt', 'yuv420p', file);
  const whole = await probe(file);
  const look = async (info: typeof whole) =>
    lookAtPictures({ sourcePath: file, outputDir: dir, plan: planOf(info), ...(await common()) }, info);
  t.equal(whole.video.suspect, undefined);
  t.equal(await look(whole), whole);
  t.equal(
    await look({ ...whole, video: { ...whole.video, suspect: true } }).then(({ video }) => video.keySpans),
    whole.video.keySpans,
  );
  // As a cipher leaves it that takes the pictures and not their headers.
  await hurtPictures(file, () => true, { whole: true });
  const hurt = await probe(file);
  t.equal(hurt.video.suspect, true);
  await t.rejects(look(hurt), { code: 'media_damaged', message: /^Most of the picture cannot be decoded/ });
});
