import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import t from 'tap';
import { readTransportStream } from './transport-stream.ts';

/** A packet of the stream; with a time it begins a unit, of `payload` bytes in this packet. */
function packet(payload: number, unit?: { readonly pts: number; readonly key: boolean }): Buffer {
  const data = Buffer.alloc(188, 0xff);
  const header = unit ? 14 : 0;
  data.set([0x47, (unit ? 0x40 : 0) | 0x01, 0x00, 0x30, 183 - header - payload, unit?.key ? 0x40 : 0]);
  if (!unit) return data;
  const { pts } = unit;
  const time = [
    0x21 | (Math.floor(pts / 2 ** 29) & 0x0e),
    (pts / 2 ** 22) & 0xff,
    ((pts >> 14) & 0xfe) | 1,
    (pts >> 7) & 0xff,
    ((pts << 1) & 0xfe) | 1,
  ];
  data.set([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, ...time], 188 - header - payload);
  return data;
}
const stuffing = Buffer.alloc(188, 0xff).fill(Buffer.from([0x47, 0x1f, 0xff, 0x10]), 0, 4);

t.test('units, where packets lie across the parts that are read', async (t) => {
  const folder = t.testdir();
  const units = Array.from({ length: 6000 }, (_, index) => ({ pts: 2 ** 32 + index * 3003, key: index % 50 === 0 }));
  const data = Buffer.concat([
    stuffing,
    ...units.flatMap((unit, index) => [packet(150, unit), packet(index % 100), stuffing]),
  ]);
  const expected = units.map(({ pts, key }, index) => ({ pts, dts: pts, bytes: 150 + (index % 100), key }));
  const file = path.join(folder, 'file.ts');
  writeFileSync(file, data);
  t.strictSame(await readTransportStream(file), expected);
  // Whatever a child put in place of its output: nobody waits at a pipe.
  const pipe = path.join(folder, 'pipe.ts');
  execFileSync('mkfifo', [pipe]);
  await t.rejects(readTransportStream(pipe), { message: /no file/ });
});

t.test('what is not MPEG-TS is not taken for it', async (t) => {
  const file = path.join(t.testdir(), 'x.ts');
  for (const [data, message] of [
    [Buffer.alloc(0), /whole number/],
    [stuffing.subarray(1), /whole number/],
    [Buffer.concat([stuffing, stuffing.subarray(1)]), /whole number/],
    [Buffer.alloc(188), /at byte 0/],
    [Buffer.concat([...Array.from({ length: 5000 }, () => stuffing), Buffer.alloc(188)]), /at byte 940000/],
  ] as const) {
    writeFileSync(file, data);
    await t.rejects(readTransportStream(file), { message });
  }
  await t.rejects(readTransportStream(`${file}.gone`), { code: 'ENOENT' });
});

t.test('a large file is never in memory whole', async (t) => {
  const name = path.join(t.testdir(), 'large.ts');
  const part = Buffer.concat(Array.from({ length: 5000 }, () => stuffing));
  const file = await open(name, 'w');
  for (let written = 0; written < 64 * 2 ** 20; written += part.length) await file.write(part);
  await file.close();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let reading = true;
  const watch = (): void => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    if (reading) setImmediate(watch);
  };
  watch();
  t.strictSame(await readTransportStream(name), []);
  reading = false;
  t.ok(most < 16 * 2 ** 20, `${most} bytes`);
});
