import path from 'node:path';
import t from 'tap';
import { runOnSmallDisk } from '../../server/testing/small-disk.ts';

t.test('a full disk', async (t) => {
  await runOnSmallDisk(t, path.join(import.meta.dirname, 'testing', 'full-disk-process.ts'), {
    folder: t.testdir(),
    mebibytes: 4,
  });
});
