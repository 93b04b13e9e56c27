import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import t from 'tap';
import { ProblemError } from '../../server/kit/errors.ts';
import { isDiskFull, saysDiskFull } from './full-disk.ts';
import { videoProblems } from '../../server/assets/problems.ts';

t.test('errors that mean a full disk, also as the cause of others', async (t) => {
  for (const code of ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100'])
    t.ok(isDiskFull(new Error('x', { cause: Object.assign(new Error('y'), { code }) })), code);
  t.ok(isDiskFull(new Error('x', { cause: new ProblemError('insufficient_storage') })));
  for (const other of [
    new Error('ENOSPC'),
    Object.assign(new Error('x'), { code: 'ENOENT' }),
    new ProblemError(videoProblems.encode_failed),
    undefined,
    'ENOSPC',
  ])
    t.notOk(isDiskFull(other));
  if (existsSync('/dev/full'))
    t.ok(isDiskFull(await writeFile('/dev/full', 'x').catch((error: unknown) => error)), 'a real one');
});

t.test('what ffmpeg says of a full disk', (t) => {
  for (const line of [
    'av_interleaved_write_frame(): No space left on device',
    'Error writing trailer of file:/x.ts: No space left on device',
    '[out#0/mpegts @ 0x55faacb6d0c0] Error writing trailer: No space left on device',
    '[vost#0:0/libx264 @ 0x5] Error submitting a packet to the muxer: Disk quota exceeded',
  ])
    t.ok(saysDiskFull(line), line);
  for (const line of [
    '[mov,mp4 @ 0x55] title: No space left on device',
    '[h264 @ 0x5] x: No space left on device',
    'No space left on device, says the title',
    '',
  ])
    t.notOk(saysDiskFull(line), line);
  t.end();
});
