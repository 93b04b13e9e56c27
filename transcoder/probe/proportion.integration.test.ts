import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { defaults, ffmpeg, silent, tools } from '../testing/clips.ts';
import { probeMedia } from './probe-media.ts';

const box = (type: string, ...content: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat([Buffer.alloc(8), ...content]);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
};
const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};
const holders = ['moov', 'trak', 'mdia', 'minf', 'stbl'];

/** The boxes of an MP4, each put in place of another, or in place of nothing. */
function rewritten(bytes: Buffer, tables: Readonly<Record<string, Buffer>>): Buffer {
  const boxes: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + size);
    boxes.push(box(type, holders.includes(type) ? rewritten(content, tables) : (tables[type] ?? content)));
    at += size;
  }
  return Buffer.concat(boxes);
}

t.test('one picture that is named 1.68 million times', async (t) => {
  const file = path.join(t.testdir(), 'again.mp4');
  const one = ['-frames:v', '1', '-c:v', 'libx264', '-bsf:v', 'filter_units=remove_types=6'];
  await ffmpeg('-f', 'lavfi', '-i', 'color=s=64x64:r=60', ...one, file);
  const whole = readFileSync(file);
  const at = whole.indexOf('mdat') + 4;
  const picture = whole.subarray(at, at - 8 + whole.readUInt32BE(at - 8));
  const [places, each] = [20_000, 84];
  const moov = rewritten(whole.subarray(whole.indexOf('moov') - 4), {
    stts: numbers(0, 1, places * each, 256),
    stsz: numbers(0, picture.length, places * each),
    stsc: numbers(0, 1, 1, each, 1),
    stco: numbers(0, places, ...Array.from({ length: places }, () => at)),
    stss: numbers(0, 1, 1),
    ctts: numbers(0, 0),
    edts: Buffer.alloc(0),
  });
  const pictures = box('mdat', ...Array.from({ length: each }, () => picture));
  writeFileSync(file, Buffer.concat([whole.subarray(0, at - 8), pictures, moov]));
  t.ok(statSync(file).size < 180_000);
  await t.rejects(probeMedia({ path: file, limits: defaults.media, tools: await tools(), logger: silent }), {
    code: 'media_out_of_proportion',
    message: /claims \d+ packets/,
  });
});
