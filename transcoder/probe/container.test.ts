import t from 'tap';
import { sniff } from './container.ts';

const bytes = (hex: string, length = 64) =>
  Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(Math.max(0, length - hex.length / 2))]);
const ftyp = (brand: string) =>
  Buffer.concat([Buffer.from('00000018', 'hex'), Buffer.from(`ftyp${brand}`), Buffer.alloc(32)]);

t.test('accepted containers and the one demuxer for each', async (t) => {
  const transport = (length: number, first: number) => {
    const data = Buffer.alloc(4096, 0xff);
    for (let at = first; at < data.length; at += length) data[at] = 0x47;
    return data;
  };
  for (const [head, demuxer, needsRemux] of [
    [ftyp('isom'), 'mov', false],
    [ftyp('qt  '), 'mov', false],
    [ftyp('mp42'), 'mov', false],
    [Buffer.concat([Buffer.from('00000008', 'hex'), Buffer.from('wide'), Buffer.alloc(32)]), 'mov', false],
    [bytes('1a45dfa3'), 'matroska', false],
    [bytes('524946460000000041564920'), 'avi', false],
    [bytes('464c5601'), 'flv', true],
    [bytes('3026b2758e66cf11a6d900aa0062ce6c'), 'asf', true],
    [bytes('060e2b34020501010d0102'), 'mxf', false],
    [bytes('4f67675300'), 'ogg', true],
    [bytes('000001ba'), 'mpeg', true],
    [transport(188, 0), 'mpegts', true],
    [transport(192, 4), 'mpegts', true],
    [transport(204, 0), 'mpegts', true],
    // Cut out of a recording by bytes.
    [transport(188, 94), 'mpegts', true],
    [transport(188, 1000), 'mpegts', true],
    [transport(204, 77), 'mpegts', true],
    [bytes('b7d800203749da11a64e0007e95ead8d'), 'wtv', true],
    [Buffer.from('nut/multimedia container\0'), 'nut', true],
    [bytes('0000000001bc0000015800000000e1e2'), 'gxf', true],
  ] as const)
    t.strictSame(sniff(head), { demuxer, needsRemux });
});

t.test('what is not a video is named', async (t) => {
  for (const [head, is] of [
    [Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'), 'a playlist'],
    [Buffer.from('\ufeff#EXTM3U\n'), 'a playlist'],
    [Buffer.from('  ffconcat version 1.0\nfile secret.mp4\n'), 'a playlist'],
    [Buffer.from('[playlist]\nFile1=x'), 'a playlist'],
    [Buffer.from('<?xml version="1.0"?><MPD/>'), 'a playlist'],
    [Buffer.from('Hello, this is text\n'), 'text'],
    [bytes('ffd8ffe0'), 'a picture'],
    [bytes('89504e470d0a1a0a'), 'a picture'],
    [ftyp('heic'), 'a picture'],
    [ftyp('avif'), 'a picture'],
    [bytes('4944330400'), 'a sound file'],
    [bytes('664c6143'), 'a sound file'],
    [bytes('524946460000000057415645'), 'a sound file'],
    [bytes('504b0304'), 'an archive'],
    [bytes('7f454c46'), 'a program'],
    [bytes('2e524d4600000012'), 'RealMedia'],
    [bytes('435753'), 'Flash (SWF)'],
    [bytes('4e535666'), 'Nullsoft video'],
  ] as const) {
    const found = sniff(head);
    t.ok(
      found && 'is' in found && found.is.startsWith(is),
      `${JSON.stringify(head.toString('latin1', 0, 12))} is ${is}`,
    );
  }
});

t.test('a file that only looks like a container at its first byte is not one', async (t) => {
  t.equal(sniff(Buffer.concat([Buffer.from('G'), Buffer.alloc(4095, 1)])), undefined);
  t.equal(sniff(Buffer.alloc(4096)), undefined);
  t.equal(sniff(bytes('00')), undefined);
  t.equal(
    sniff(Buffer.concat([Buffer.from('00000003', 'hex'), Buffer.from('moov'), Buffer.alloc(32)])),
    undefined,
    'a box smaller than its header',
  );
});
