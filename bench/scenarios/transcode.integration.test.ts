import t from 'tap';
import { peersOf, quickRun } from '../testing/quick-run.ts';

t.test('transcode', async (t) => {
  const { report } = await quickRun(t, 'transcode');
  t.strictSame(peersOf(report), ['one ffmpeg', 'ffmpeg per rung']);
  t.equal(report.rows.length, process.platform === 'linux' ? 4 : 2);
});
