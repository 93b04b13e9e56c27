import t from 'tap';
import { isAudioCodecAllowed, isVideoCodecAllowed } from './codecs.ts';
import { parseClockTime, parseHeader, parseRational } from './ffprobe-output.ts';
import { fileUrl, untrustedInputOptions } from './input-arguments.ts';
import { normalizeLanguage } from './language.ts';
import { orientationOf } from './orientation.ts';
import { parsePacketLine, TrackScan } from './packet-scan.ts';

t.test('languages become BCP 47', async (t) => {
  for (const [tag, expected] of [
    ['eng', 'en'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['fre', 'fr'],
    ['chi', 'zh'],
    ['jpn', 'ja'],
    ['en-US', 'en-US'],
    ['pt_BR', 'pt-BR'],
    ['und', 'und'],
    ['', 'und'],
    [undefined, 'und'],
    ['English', 'und'],
    ['mul', 'und'],
    ['"><script>', 'und'],
    ['e n', 'und'],
  ] as const)
    t.equal(normalizeLanguage(tag), expected, String(tag));
});

t.test('display matrices become mirroring and quarter turns', async (t) => {
  const matrix = ([a, b, c, d]: readonly [number, number, number, number]) =>
    `\n00000000: ${a * 65536} ${b * 65536} 0\n00000001: ${c * 65536} ${d * 65536} 0\n00000002: 0 0 1073741824\n`;
  for (const [values, expected] of [
    [[1, 0, 0, 1], { mirrored: false, rotation: 0 }],
    [[0, 1, -1, 0], { mirrored: false, rotation: 90 }],
    [[-1, 0, 0, -1], { mirrored: false, rotation: 180 }],
    [[0, -1, 1, 0], { mirrored: false, rotation: 270 }],
    [[-1, 0, 0, 1], { mirrored: true, rotation: 0 }],
    [[1, 0, 0, -1], { mirrored: true, rotation: 180 }],
    [[0, 1, 1, 0], { mirrored: true, rotation: 270 }],
    [[0, -1, -1, 0], { mirrored: true, rotation: 90 }],
  ] as const)
    t.strictSame(orientationOf(matrix(values)), expected, values.join(' '));
  for (const nonsense of [undefined, '', 'x', '\n1: 1'])
    t.strictSame(orientationOf(nonsense), { mirrored: false, rotation: 0 });
});

t.test('what ffprobe prints is read with care', async (t) => {
  t.strictSame(parseRational('30000/1001'), { num: 30000, den: 1001 });
  t.strictSame(parseRational('4:3'), { num: 4, den: 3 });
  for (const text of ['0/0', 'N/A', '', undefined, '1/0', '-1/2']) t.equal(parseRational(text), undefined);
  t.equal(parseClockTime('00:01:02.500000000'), 62.5);
  t.equal(parseClockTime('soon'), undefined);
  t.throws(() => parseHeader('{"streams":[{"index":-1}]}'), /form that is not known/);
  t.throws(() => parseHeader('not json'));
  t.strictSame(parsePacketLine('0,1.5,N/A,0.040000,K_'), {
    stream: 0,
    pts: 1.5,
    dts: undefined,
    duration: 0.04,
    key: true,
    discarded: false,
  });
  t.match(parsePacketLine('1,-0.5,-0.5,0.04,KD,'), { discarded: true });
  t.equal(parsePacketLine(''), undefined);
});

t.test('the packet scan', async (t) => {
  const scan = (times: readonly (number | undefined)[], duration?: number, dts = false) => {
    const track = new TrackScan();
    for (const time of times)
      track.add({ stream: 0, pts: dts ? undefined : time, dts: time, duration, key: false, discarded: false });
    return track.finish();
  };
  const even = Array.from({ length: 300 }, (_, frame) => frame / 25);
  const shuffled = even
    .map((_, at) => even[at % 4 === 1 ? at + 2 : at % 4 === 3 ? at - 2 : at])
    .filter((time) => time !== undefined);
  for (const times of [even, shuffled]) {
    const found = scan(times, 0.04);
    t.match(found, { frames: 300, packets: 300, start: 0, variable: false, gaps: [] });
    t.ok(Math.abs(found.end - 12) < 1e-6);
    t.ok(Math.abs((found.typicalInterval as number) - 0.04) < 1e-9);
  }
  t.match(scan(even, 0.04, true), { frames: 300, start: 0 }, 'decoding times alone do');
  t.match(
    [scan(even, 0.04, true), scan(even, 0.04)],
    [{ startsAtDecodingTime: true }, { startsAtDecodingTime: false }],
  );
  t.ok(Math.abs(scan(even, 0.001).end - 12) < 1e-6, 'a last frame of 1 ms is not believed');
  const withGap = scan([...even, ...even.map((time) => time + 20)], 0.04);
  t.match(withGap, { variable: false, frames: 600 }, 'one gap does not make a rate variable');
  t.equal(withGap.gaps?.length, 1);
  t.ok(
    Math.abs((withGap.gaps?.[0]?.[0] as number) - 11.96) < 1e-6 &&
      Math.abs((withGap.gaps?.[0]?.[1] as number) - 20) < 1e-6,
  );
  t.ok(Math.abs(withGap.longestGap - 8.04) < 1e-6);
  t.match(
    scan(
      Array.from({ length: 200 }, (_, frame) => frame * 0.04 + (frame % 5 === 0 ? 0.015 : 0)),
      0.04,
    ),
    { variable: true },
  );
  t.match(
    scan(
      even.flatMap((time) => [time, time]),
      0.04,
    ),
    { frames: 300, packets: 600 },
    'two fields at one time are one frame',
  );
  t.equal(
    scan(
      Array.from({ length: 3000 }, (_, frame) => frame),
      1,
    ).gaps,
    undefined,
    'too many gaps to list',
  );
  t.match(scan([1.5], 3), { frames: 1, start: 1.5, end: 4.5, longestGap: 3 });
  t.match(scan([]), { frames: 0, packets: 0, start: undefined });
  const keys = new TrackScan();
  // A hidden key frame 5 s before the start, shown ones at 8, 9 and 40 s, one that comes too late in the file.
  for (const [at, key] of [
    [-5, true],
    [0, false],
    [8, true],
    [9, true],
    [40, true],
    [39, true],
    [49, false],
    [50, false],
  ] as const) {
    keys.add({ stream: 0, pts: at, dts: at, duration: 1, key, discarded: at < 0 });
  }
  t.match(keys.finish(), {
    start: 0,
    end: 51,
    keySpans: [
      [-5, 8],
      [9, 40],
      [40, 51],
    ],
    silences: [],
  });
  t.match(scan([0, 5, 10, 15], 5).keySpans, [[0, 20]], 'no key frame named: decoded from the start');
  t.match(scan([2, 3, 4, 66, 67], 1), {
    silences: [[3, 64]],
    gaps: [
      [0, 1],
      [1, 2],
      [2, 64],
      [64, 65],
    ],
  });
  const endless = new TrackScan();
  for (let at = 0; at < 15_000; at += 1)
    endless.add({ stream: 0, pts: at * 100, dts: at * 100, duration: 1, key: true, discarded: false });
  t.match(
    [endless.finish().silences.length, endless.finish().keySpans.length],
    [10_000, 10_000],
    'memory stays bounded',
  );
  const hidden = new TrackScan();
  hidden.add({ stream: 0, pts: -1, dts: -1, duration: 0.04, key: true, discarded: true });
  hidden.add({ stream: 0, pts: 0, dts: 0, duration: 0.04, key: false, discarded: false });
  t.match(hidden.finish(), { packets: 2, frames: 1, start: 0 });
});

t.test('untrusted input always carries its bounds', async (t) => {
  const options = untrustedInputOptions({ path: '/x', demuxer: 'mov', maxPixels: 1000 });
  for (const pair of [
    ['-protocol_whitelist', 'file'],
    ['-format_whitelist', 'mov'],
    ['-f', 'mov'],
    ['-max_pixels', '66786'],
  ]) {
    t.equal(options[options.indexOf(pair[0] as string) + 1], pair[1], pair.join(' '));
  }
  const decoders = (options[options.indexOf('-codec_whitelist') + 1] as string).split(',');
  t.ok(
    decoders.includes('h264') && !decoders.includes('ass') && !decoders.includes('png') && !decoders.includes('hls'),
  );
  t.equal(fileUrl('/a/-i concat:x'), 'file:/a/-i concat:x');
  t.throws(() => fileUrl('concat:/etc/passwd'), TypeError);
  t.throws(() => fileUrl('-i'), TypeError);
  t.throws(() => fileUrl('/a\0b'), TypeError);
});

t.test('codec allow-list', async (t) => {
  t.ok(
    isVideoCodecAllowed('h264') &&
      isVideoCodecAllowed('av1') &&
      isAudioCodecAllowed('aac') &&
      isAudioCodecAllowed('pcm_s16le'),
  );
  for (const codec of ['tiff', 'gif', 'ansi', 'unknown', 'constructor', '__proto__', ''])
    t.notOk(isVideoCodecAllowed(codec) || isAudioCodecAllowed(codec), codec);
});
