import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { showWarning } from '../../server/assets/warnings.ts';
import { defaults, ffmpeg, silent, tools } from '../testing/clips.ts';
import { copySource } from './copy-source.ts';

t.test('a track that begins too late is counted once, however often its copy was made', async (t) => {
  const root = t.testdir();
  const sourcePath = path.join(root, 'source.mkv');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=5:d=1', '-c:v', 'mpeg4', sourcePath);
  const folder = path.join(root, 'copied');
  mkdirSync(folder);
  const looked: boolean[] = [];
  const { source } = await copySource({
    sourcePath,
    folder,
    sourceBytes: statSync(sourcePath).size,
    limits: defaults.media,
    tools: await tools(),
    logger: silent,
    niceness: 0,
    stallSeconds: 60,
    remux: async ({ info, onUnseenTrack }) => {
      looked.push(info.looksFar ?? false);
      for (const stream of [2, 3, 2, 3]) onUnseenTrack?.(stream);
      return info;
    },
  });
  t.same(looked, [false, true], 'once more, with them in mind');
  t.match(
    source.warnings.map((warning) => showWarning(warning)),
    [{ code: 'late_tracks_left_out', tracks: 2 }],
  );
});
