import { statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { probeMedia } from '../probe/probe-media.ts';
import { defaults, ffmpeg, silent, tools } from '../testing/clips.ts';
import { peakMegabytes } from '../testing/peak-memory.ts';
import { remuxToMatroska } from './remux.ts';

t.test('a copy takes no more memory for being long, also where the sound ends early', async (t) => {
  const folder = t.testdir();
  const at = (name: string): string => path.join(folder, name);
  const noise = 'nullsrc=s=320x180:r=25:d=1,noise=alls=100:allf=t+u';
  await ffmpeg('-f', 'lavfi', '-i', noise, '-c:v', 'mpeg2video', '-q:v', '1', '-g', '12', '-bf', '0', at('second.ts'));
  await ffmpeg('-f', 'lavfi', '-i', 'sine=r=48000:d=2', '-c:a', 'aac', at('sound.ts'));
  const tracks = ['-stream_loop', '119', '-i', at('second.ts'), '-i', at('sound.ts'), '-map', '0', '-map', '1'];
  const sourcePath = at('source.ts');
  await ffmpeg(...tracks, '-c', 'copy', '-max_interleave_delta', '1', sourcePath);
  const sourceBytes = statSync(sourcePath).size;
  t.ok(sourceBytes > 150e6, `${Math.round(sourceBytes / 1e6)} MB`);
  const common = { tools: await tools(), limits: defaults.media, logger: silent, niceness: 0 };
  const info = await probeMedia({ ...common, path: sourcePath });
  const { peak, thrown } = await peakMegabytes(() =>
    remuxToMatroska({ ...common, sourcePath, sourceBytes, info, outputPath: at('copy.mkv'), stallSeconds: 60 }),
  );
  t.equal(thrown, undefined);
  t.ok(peak < 170, `programs took ${Math.round(peak)} MB`);
});
