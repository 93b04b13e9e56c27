import { execFile } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { defaults, ffmpeg, silent, tools } from '../testing/clips.ts';
import { sniff, type Container } from './container.ts';
import { encryptionOf } from './encryption.ts';
import { probeMedia } from './probe-media.ts';
import { withFile } from './random-access.ts';

const run = promisify(execFile);
const [keyId, key] = ['a7e61c373e219033c21091fa607bf3b8', '76a6c65c5ea762046bd749a2e632ccbb'];
const probe = async (file: string) =>
  probeMedia({ path: file, limits: defaults.media, tools: await tools(), logger: silent, niceness: 0 });
const words = (text: string) => text.split(' ');
const x264 = words('-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25');
const clip = (...args: readonly string[]) => ffmpeg(...words('-f lavfi -i testsrc2=s=160x90:r=25:d=2'), ...args);

/** What `encryptionOf` says of a file of this content. */
async function foundIn(file: string, content?: Buffer): Promise<string | undefined> {
  if (content) writeFileSync(file, content);
  return withFile(file, (examined) => encryptionOf(examined, sniff(readFileSync(file).subarray(0, 4096)) as Container));
}

t.test('encrypted sources are refused by name, before anything is made of them', async (t) => {
  const folder = t.testdir();
  const at = (name: string) => path.join(folder, name);
  await clip(...x264, at('plain.mp4'));
  await clip(...words('-c:v libvpx -b:v 100k'), at('plain.webm'));
  await ffmpeg(
    ...words(`-i ${at('plain.mp4')} -c copy -encryption_scheme cenc-aes-ctr`),
    ...words(`-encryption_key ${key} -encryption_kid ${keyId} ${at('cenc.mp4')}`),
  );
  const packager = (await tools()).packager.path;
  const pack = (stream: string, ...more: readonly string[]) =>
    run(packager, [
      stream,
      '--quiet',
      '--enable_raw_key_encryption',
      '--keys',
      `label=:key_id=${keyId}:key=${key}`,
      '--clear_lead',
      '0',
      ...more,
    ]);
  await pack(`in=${at('plain.mp4')},stream=video,output=${at('cbcs.mp4')}`, '--protection_scheme', 'cbcs');
  await pack(
    `in=${at('plain.mp4')},stream=video,segment_template=${at('aes-$Number$.ts')}`,
    '--protection_scheme',
    'cbcs',
  );
  await pack(`in=${at('plain.webm')},stream=video,output=${at('encrypted.webm')}`);
  // A purchased film: the same boxes, another four-character code.
  const bought = readFileSync(at('plain.mp4'));
  bought.write('drmi', bought.indexOf('avc1', bought.indexOf('stsd')), 'latin1');
  writeFileSync(at('fairplay.m4v'), bought);
  for (const [name, encryption] of [
    ['cenc.mp4', 'Common Encryption, cenc'],
    ['cbcs.mp4', 'Common Encryption, cbcs'],
    ['fairplay.m4v', 'Apple FairPlay'],
    ['encrypted.webm', 'WebM or Matroska encryption'],
    ['aes-1.ts', 'SAMPLE-AES'],
  ] as const)
    await t.rejects(
      probe(at(name)),
      {
        code: 'media_encrypted',
        message: `The file is encrypted (${encryption}), and there is no key to it here. Upload a copy without copy protection`,
        extras: { encryption },
      },
      name,
    );
  for (const name of ['plain.mp4', 'plain.webm']) t.equal(await foundIn(at(name)), undefined, name);
});

t.test('scrambled broadcasts, discs and protected Windows Media', async (t) => {
  const folder = t.testdir();
  const at = (name: string) => path.join(folder, name);
  await clip(...x264, at('plain.ts'));
  const broadcast = readFileSync(at('plain.ts'));
  t.equal(await foundIn(at('plain.ts')), undefined);
  let marked = 0;
  for (let packet = 0; packet < broadcast.length; packet += 188) {
    const pid = broadcast.readUInt16BE(packet + 1) & 0x1fff;
    if (pid < 0x20 || pid === 0x1000) continue;
    marked += 1;
    broadcast[packet + 3] = (broadcast[packet + 3] as number) | 0x80;
    if (marked === 3) t.equal(await foundIn(at('few.ts'), broadcast), undefined, 'a few marked packets are damage');
  }
  t.equal(await foundIn(at('scrambled.ts'), broadcast), 'a scrambled broadcast');

  await clip(...words('-c:v mpeg2video -b:v 2M'), at('plain.vob'));
  const disc = readFileSync(at('plain.vob'));
  t.equal(await foundIn(at('plain.vob')), undefined);
  for (
    let packet = disc.indexOf('000001e0', 0, 'hex');
    packet >= 0;
    packet = disc.indexOf('000001e0', packet + 4, 'hex')
  )
    disc[packet + 6] = (disc[packet + 6] as number) | 0x10;
  t.equal(await foundIn(at('css.vob'), disc), 'DVD copy protection');

  await clip(...words('-c:v wmv2'), at('plain.wmv'));
  t.equal(await foundIn(at('plain.wmv')), undefined);
  const windows = readFileSync(at('plain.wmv'));
  // The first object of the header becomes that of content encryption.
  Buffer.from('fbb3112223bdd211b4b700a0c955fc6e', 'hex').copy(windows, 30);
  t.equal(await foundIn(at('drm.wmv'), windows), 'Windows Media DRM');
});

t.test('boxes that lie cost little and prove nothing', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'lie.mp4');
  const box = (type: string, ...content: readonly Buffer[]) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + content.reduce((sum, { length }) => sum + length, 0));
    header.write(type, 4, 'latin1');
    return Buffer.concat([header, ...content]);
  };
  const start = box('ftyp', Buffer.from('isom\0\0\0\0'));
  const wrap = (stsd: Buffer) =>
    Buffer.concat([start, box('moov', box('trak', box('mdia', box('minf', box('stbl', stsd)))))]);
  const entries = (...list: readonly Buffer[]) => wrap(box('stsd', Buffer.alloc(8), ...list));
  t.equal(await foundIn(file, entries(box('encv', Buffer.alloc(78)))), 'Common Encryption');
  t.equal(
    await foundIn(file, entries(box('avc1', Buffer.from('drmiencv')))),
    undefined,
    'only the type of an entry counts',
  );
  t.equal(await foundIn(file, Buffer.concat([start, box('mdat', Buffer.from('encvdrmi'))])), undefined);
  t.equal(await foundIn(file, wrap(Buffer.from('ffffffff7374736400000000', 'hex'))), undefined, 'too large');
  t.equal(await foundIn(file, wrap(Buffer.from('0000000473747364', 'hex'))), undefined, 'too small');
  const many = Buffer.concat([start, box('moov', ...Array.from({ length: 100_000 }, () => box('free'))), box('moov')]);
  t.equal(await foundIn(file, many), undefined);
});

t.test('what is missing of an MP4 is said as it is', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'clip.mp4');
  await clip(...x264, file);
  const whole = readFileSync(file);
  truncateSync(file, whole.indexOf('stbl'));
  await t.rejects(probe(file), { message: /index is missing, because its end was cut off/ });
  writeFileSync(file, whole.subarray(0, whole.indexOf('moov') - 4));
  await t.rejects(probe(file), { message: /index is missing, as when a recording was not finished/ });
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, damaged.indexOf('mdhd') - 4, damaged.indexOf('stbl'));
  writeFileSync(file, damaged);
  const said = await probe(file).catch((error: unknown) => String(error));
  t.notMatch(said, /index is missing|cut off/, 'other damage has its own words');
});
