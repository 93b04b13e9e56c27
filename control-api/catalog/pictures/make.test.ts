import sharp, { type Colour } from 'sharp';
import { deflateSync, crc32 } from 'node:zlib';
import t, { type Test } from 'tap';
import type { catalogProblems } from '../problems.ts';
import { cutPicture, renderPicture } from './make.ts';

/** Red on the left half, blue on the right. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { width: width / 2, height, channels: 3, background: '#0000ff' } }, gravity: 'east' },
  ]);

const pixelAt = ({ pixels, width }: { pixels: Buffer; width: number }, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const isNear = (given: readonly number[], wanted: readonly number[]) =>
  given.every((value, index) => Math.abs(value - (wanted[index] as number)) < 24);
const refused = async (t: Test, file: Buffer, problem: keyof typeof catalogProblems, name: string) =>
  t.rejects(cutPicture(file, 'poster', undefined), { code: problem }, name);

t.test('the four formats are taken, and become every size and format without what else was in the file', async (t) => {
  const source = halves(800, 1200);
  const files = await Promise.all([
    source
      .clone()
      .jpeg({ quality: 95 })
      .withExif({ IFD0: { Copyright: 'Somebody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' } })
      .toBuffer(),
    source.clone().png().toBuffer(),
    source.clone().webp({ lossless: true }).toBuffer(),
    source.clone().avif({ quality: 90, effort: 0 }).toBuffer(),
  ]);
  t.ok(
    (await sharp(files[0]).metadata()).exif?.includes('Somebody'),
    'the JPEG says whose it is, and where it was taken',
  );
  for (const file of files) {
    const cut = await cutPicture(file, 'poster', undefined);
    t.match(cut, { width: 720, height: 1080, hash: /^[0-9a-f]{40}$/, colour: /^#[0-9a-f]{6}$/ });
    t.ok(isNear(pixelAt(cut, 100, 500), [255, 0, 0]) && isNear(pixelAt(cut, 600, 500), [0, 0, 255]));
  }
  const renditions = await renderPicture(await cutPicture(files[0] as Buffer, 'poster', undefined));
  t.same(
    renditions.map(({ file }) => file),
    [160, 320, 480, 720].flatMap((width) => ['avif', 'webp', 'jpg'].map((format) => `${width}.${format}`)),
  );
  for (const { file, body } of renditions) {
    const { width, height, format, exif, icc, xmp, iptc } = await sharp(body).metadata();
    const [expected, extension] = file.split('.');
    t.same([width, height], [Number(expected), Number(expected) * 1.5], file);
    t.equal(format, extension === 'jpg' ? 'jpeg' : extension === 'avif' ? 'heif' : extension);
    t.same([exif, icc, xmp, iptc], [undefined, undefined, undefined, undefined], `${file} says nothing else`);
    t.notOk(body.includes('Somebody'));
  }
});

t.test('what a camera turned is shown upright, and cut as it is seen', async (t) => {
  // Lies in its file: what is seen is 600 x 900, red above.
  const lying = await halves(900, 600).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const cut = await cutPicture(lying, 'poster', undefined);
  t.same([cut.width, cut.height], [480, 720]);
  t.ok(isNear(pixelAt(cut, 240, 100), [255, 0, 0]) && isNear(pixelAt(cut, 240, 620), [0, 0, 255]));
  const part = await cutPicture(lying, 'portrait', { crop: { left: 0, top: 500, width: 400, height: 400 } });
  t.ok(isNear(pixelAt(part, 10, 10), [0, 0, 255]), 'of its lower end');
});

t.test('colours of print, 16 bits, grey and transparent parts become sRGB', async (t) => {
  const square = (background: Colour, channels: 3 | 4 = 3) =>
    sharp({ create: { width: 200, height: 200, channels, background } });
  const cmyk = await square('#00a000').toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  t.match(await sharp(cmyk).metadata(), { space: 'cmyk', channels: 4 });
  const green = pixelAt(await cutPicture(cmyk, 'portrait', undefined), 50, 50);
  t.ok((green[1] as number) > 100 && (green[1] as number) > 2 * (green[0] as number), green.join());

  const deep = await square('#4080c0').toColourspace('rgb16').png().toBuffer();
  t.match(await sharp(deep).metadata(), { depth: 'ushort' });
  t.ok(isNear(pixelAt(await cutPicture(deep, 'portrait', undefined), 50, 50), [0x40, 0x80, 0xc0]));

  const grey = await square('#808080').toColourspace('b-w').jpeg().toBuffer();
  t.match(await sharp(grey).metadata(), { channels: 1 });
  t.ok(isNear(pixelAt(await cutPicture(grey, 'portrait', undefined), 50, 50), [128, 128, 128]));

  const clear = await square({ r: 255, g: 255, b: 255, alpha: 0 }, 4).png().toBuffer();
  t.same(pixelAt(await cutPicture(clear, 'portrait', undefined), 50, 50), [0, 0, 0]);

  const wide = await square('#ff0000').jpeg().withIccProfile('p3').toBuffer();
  t.ok(isNear(pixelAt(await cutPicture(wide, 'portrait', undefined), 50, 50), [255, 0, 0]), 'another profile');
});

t.test('what is no picture is refused by what it is, whatever it says it is', async (t) => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="600"><script>alert(1)</script></svg>';
  const gif = await sharp({ create: { width: 400, height: 600, channels: 3, background: '#fff' } })
    .gif()
    .toBuffer();
  const tiff = await sharp({ create: { width: 400, height: 600, channels: 3, background: '#fff' } })
    .tiff()
    .toBuffer();
  for (const [name, file] of Object.entries({
    svg: Buffer.from(svg),
    'svg that is declared': Buffer.from(`<?xml version="1.0"?>\n${svg}`),
    gif,
    tiff,
    pdf: Buffer.from('%PDF-1.7\n1 0 obj\n'),
    html: Buffer.from('<!doctype html><script>alert(1)</script>'),
    film: Buffer.from('\0\0\0\x1cftypisom\0\0\x02\0isomiso2avc1mp41', 'latin1'),
    nothing: Buffer.alloc(0),
  }))
    await refused(t, file, 'picture_not_accepted', name);
  // The first bytes of one kind, and what follows is of another.
  for (const head of ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'RIFF\0\0\0\0WEBP', '\0\0\0\x1cftypavif'])
    await refused(t, Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(svg)]), 'picture_damaged', head);
  const frames = await Promise.all([halves(400, 600).png().toBuffer(), halves(400, 600).negate().png().toBuffer()]);
  const moving = await sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
  await refused(t, moving, 'picture_not_accepted', 'a WebP that moves');
});

t.test('a file that ends too early is refused', async (t) => {
  // With noise, so that there is much to be cut off.
  const noise = sharp({
    create: {
      width: 400,
      height: 600,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
      background: '#000',
    },
  });
  for (const [name, file] of [
    ['jpeg', await noise.clone().jpeg().toBuffer()],
    ['png', await noise.clone().png().toBuffer()],
    ['webp', await noise.clone().webp().toBuffer()],
    ['avif', await noise.clone().avif({ effort: 0 }).toBuffer()],
  ] as const) {
    await t.resolves(cutPicture(file, 'poster', undefined), `the whole ${name}`);
    await refused(t, file.subarray(0, Math.floor(file.length / 2)), 'picture_damaged', name);
  }
});

/** A PNG of one colour: its rows pack a thousandfold. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([1, 0], 8); // One bit of grey.
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

t.test('a small file that would be huge in memory is refused before it is read', async (t) => {
  const file = bomb(30_000, 30_000);
  t.ok(file.length < 200_000, `${file.length} bytes`);
  const before = process.memoryUsage().rss;
  await refused(t, file, 'picture_too_large', '30000 x 30000');
  t.ok(process.memoryUsage().rss - before < 100 * 1024 ** 2, 'nothing of it was unpacked');
  t.match(await sharp(bomb(1000, 1500)).metadata(), { width: 1000, height: 1500 }, 'it is a PNG');
  await t.resolves(cutPicture(bomb(1000, 1500), 'poster', undefined), 'a small one of this kind is a picture');
});

t.test('another shape needs somebody to say what is shown', async (t) => {
  const wide = await halves(1600, 900).png().toBuffer();
  await refused(t, wide, 'picture_shape', 'a banner is no poster');
  await t.resolves(cutPicture(wide, 'banner', undefined));
  const almost = await halves(1600, 910).png().toBuffer();
  t.match(await cutPicture(almost, 'banner', undefined), { width: 1280, height: 720 }, 'a little is cut off');
  const left = await cutPicture(wide, 'poster', { focus: { x: 0.1, y: 0.5 } });
  t.ok(isNear(pixelAt(left, 470, 100), [255, 0, 0]));
  const right = await cutPicture(wide, 'poster', { focus: { x: 1, y: 0 } });
  t.ok(isNear(pixelAt(right, 10, 100), [0, 0, 255]));
  for (const crop of [
    { left: 0, top: 0, width: 600, height: 600 },
    { left: 1200, top: 0, width: 600, height: 900 },
    { left: 0, top: 100, width: 600, height: 900 },
  ])
    await t.rejects(cutPicture(wide, 'poster', { crop }), { code: 'picture_shape' }, JSON.stringify(crop));
  const narrow = { crop: { left: 0, top: 0, width: 150, height: 225 } };
  await t.rejects(cutPicture(wide, 'poster', narrow), { code: 'picture_too_small' });
});

t.test('the same twice is one picture, for another purpose another one', async (t) => {
  const [png, webp] = [
    await halves(400, 400).png().toBuffer(),
    await halves(400, 400).webp({ lossless: true }).toBuffer(),
  ];
  const of = async (file: Buffer, kind: 'portrait' | 'poster') =>
    (await cutPicture(file, kind, { focus: { x: 0.5, y: 0.5 } })).hash;
  t.equal(await of(png, 'portrait'), await of(webp, 'portrait'));
  t.not(await of(png, 'portrait'), await of(png, 'poster'));
});

t.test('who comes when many wait is told to come again', async (t) => {
  const file = await halves(400, 600).png().toBuffer();
  const all = await Promise.allSettled(Array.from({ length: 25 }, () => cutPicture(file, 'poster', undefined)));
  const refusals = all.filter((each) => each.status === 'rejected');
  t.equal(refusals.length, 4);
  t.ok(refusals.every(({ reason }) => (reason as { code?: string }).code === 'not_ready'));
});
