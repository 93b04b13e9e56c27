import { readdir, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import t from 'tap';
import { cutPicture } from './make.ts';

const MiB = 1024 ** 2;
const gibibyte = 1024 * MiB;

/** Processes that this one started and that are still there (proc(5)); undefined where the system does not tell. */
async function children(): Promise<number[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const tasks = await readdir('/proc/self/task');
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/self/task/${task}/children`, 'utf8')));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** As many pixels as are taken, in the form that needs most memory: 16 bits, transparent, not from top to bottom. */
const large = sharp({ create: { width: 8000, height: 6000, channels: 4, background: '#336699' } })
  .toColourspace('rgb16')
  .png({ progressive: true, compressionLevel: 9 })
  .toBuffer();

t.test('a small file of the most pixels takes its memory elsewhere, and is made', async (t) => {
  const file = await large;
  t.ok(file.length < 4 * MiB, `${file.length} bytes`);
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
  const { width, height } = await cutPicture(file, 'banner', { focus: { x: 0.5, y: 0.5 } });
  clearInterval(watch);
  t.same([width, height], [1920, 1080]);
  t.ok(most - before < 100 * MiB, `${Math.round((most - before) / MiB)} MiB more here; decoded it has 366 MiB`);
  t.same(await children(), process.platform === 'linux' ? [] : undefined, 'its process is gone');
});

t.test('what takes too long is ended, and the next one is not kept waiting', async (t) => {
  const limits = { ms: 1, bytes: gibibyte };
  await t.rejects(cutPicture(await large, 'banner', { focus: { x: 0.5, y: 0.5 } }, limits), {
    code: 'picture_damaged',
    message: 'Reading it takes too long.',
  });
  t.same(await children(), process.platform === 'linux' ? [] : undefined);
  const small = await sharp({ create: { width: 200, height: 300, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  t.match(await cutPicture(small, 'poster', undefined), { width: 160 });
});

t.test('what takes too much memory is ended', { skip: process.platform !== 'linux' }, async (t) => {
  // More than the process has when it begins, and less than the decoded picture.
  const limits = { ms: 60_000, bytes: 220 * MiB };
  await t.rejects(cutPicture(await large, 'banner', { focus: { x: 0.5, y: 0.5 } }, limits), {
    code: 'picture_damaged',
    message: 'Reading it takes too much memory.',
  });
  t.same(await children(), []);
});

t.test('a JPEG with scans without end is refused', async (t) => {
  const whole = await sharp({
    create: { width: 1600, height: 900, channels: 3, background: '#888', noise: { type: 'gaussian', sigma: 30 } },
  })
    .jpeg({ progressive: true })
    .toBuffer();
  const first = whole.indexOf(Buffer.from([0xff, 0xda]));
  const second = whole.indexOf(Buffer.from([0xff, 0xda]), first + 2);
  t.ok(first > 0 && second > first, 'it has several');
  const scan = whole.subarray(first, second);
  const hostile = Buffer.concat([whole.subarray(0, second), ...Array<Buffer>(500).fill(scan), whole.subarray(second)]);
  await t.resolves(cutPicture(whole, 'banner', undefined));
  await t.rejects(cutPicture(hostile, 'banner', undefined), { code: 'picture_damaged' });
});

t.test('no secret of the surroundings is where strangers’ files are read', async (t) => {
  process.env['DRAMABOX_TEST_SECRET'] = 'hush';
  t.teardown(() => delete process.env['DRAMABOX_TEST_SECRET']);
  if (process.platform !== 'linux') return;
  const making = cutPicture(await large, 'banner', { focus: { x: 0.5, y: 0.5 } });
  let surroundings: string | undefined;
  while (surroundings === undefined) {
    const [pid] = (await children()) ?? [];
    const file = async (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1');
    // Before it runs its program it still is a copy of this process.
    if (pid !== undefined && (await file('cmdline')).includes('decoder.ts')) surroundings = await file('environ');
  }
  t.notMatch(surroundings, /DRAMABOX|hush/);
  await making;
});
