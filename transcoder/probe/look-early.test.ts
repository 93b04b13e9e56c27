import { randomBytes } from 'node:crypto';
import path from 'node:path';
import t, { type Test } from 'tap';
import { DiskStorage } from '../../server/storage/disk.ts';
import { LinklessStorage } from '../../server/testing/linkless-storage.ts';
import { lookEarly } from './look-early.ts';

const key = 'sources/upload_1';
const going = new AbortController().signal;

/** A box of ISO media, or a header of one that is `size` bytes long. */
function box(type: string, body: Buffer = Buffer.alloc(0), size = body.length + 8): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'));
const film = box('mdat', randomBytes(8_000_000));

/** An index whose only track has this kind of samples. */
function index(sample: string): Buffer {
  const entry = box(sample, Buffer.from('schm....cenc'));
  const stsd = box('stsd', Buffer.concat([Buffer.alloc(8), entry]));
  return box('moov', box('trak', box('mdia', box('minf', box('stbl', stsd)))));
}

async function look(t: Test, file: Buffer) {
  const storage = new LinklessStorage(new DiskStorage({ path: path.join(t.testdir(), 'storage') }));
  await storage.put(key, file);
  return { storage, look: () => lookEarly(storage, key, file.length, going) };
}

t.test('an MP4 is known by its first bytes and its index, wherever that stands', async (t) => {
  for (const file of [
    [ftyp, index('avc1'), film],
    [ftyp, film, index('avc1')],
  ]) {
    const { storage, look: looked } = await look(t, Buffer.concat(file));
    t.match(await looked(), { demuxer: 'mov', needsRemux: false });
    t.ok(storage.bytesRead(key) <= 3 * 65_536, `${storage.bytesRead(key)} bytes of 8 MB`);
    t.ok(storage.of('stream').length <= 3);
  }
});

t.test('what nothing can be made of is refused by that alone', async (t) => {
  const cases: readonly (readonly [code: string, words: RegExp, file: Buffer])[] = [
    ['media_encrypted', /Common Encryption, cenc/, Buffer.concat([ftyp, film, index('encv')])],
    ['media_damaged', /its end was cut off/, Buffer.concat([ftyp, film]).subarray(0, 5_000_000)],
    ['media_damaged', /was not finished/, Buffer.concat([ftyp, film])],
    ['media_unrecognized', /not a video file/, randomBytes(5_000_000).fill(1, 0, 16)],
    ['media_format_not_allowed', /an archive/, Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(5_000_000)])],
    ['media_no_video', /a sound file/, Buffer.concat([Buffer.from('ID3'), randomBytes(5_000_000)])],
    ['media_empty', /is empty/, Buffer.alloc(0)],
  ];
  for (const [code, message, file] of cases) {
    const { storage, look: looked } = await look(t, file);
    await t.rejects(looked(), { code, message });
    t.ok(storage.bytesRead(key) <= 3 * 65_536, code);
  }
});

t.test('a file that takes many requests is left to those who have it here', async (t) => {
  // Each box in a block of its own.
  const boxes = Array.from({ length: 100 }, () => box('free', Buffer.alloc(70_000)));
  const { storage, look: looked } = await look(t, Buffer.concat([ftyp, ...boxes, index('avc1')]));
  t.equal(await looked(), undefined);
  t.equal(storage.of('stream').length, 64);
  const half = box('moov', Buffer.alloc(0), 5000);
  const { look: perhaps } = await look(t, Buffer.concat([ftyp, film, half]));
  t.match(await perhaps(), { demuxer: 'mov' }, 'half an index may be enough for somebody');
});

t.test('it stops when it is told to', async (t) => {
  const { storage } = await look(t, Buffer.concat([ftyp, film]));
  const stopping = new AbortController();
  storage.before = () => {
    stopping.abort(new Error('cancelled'));
  };
  await t.rejects(lookEarly(storage, key, 8_000_000, stopping.signal), { message: 'cancelled' });
});
