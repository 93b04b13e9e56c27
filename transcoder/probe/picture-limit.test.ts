import t from 'tap';
import { decodablePixels, pictureGrowsTooLarge, refusedPicture } from './picture-limit.ts';

t.test('how large a picture may become', (t) => {
  const most = 8192 * 4352;
  t.equal(decodablePixels(undefined, most), most, 'nothing is known');
  t.equal(decodablePixels(320 * 180, most), 4096 * 2304, 'a small one may become a screen');
  t.equal(decodablePixels(3840 * 2160, most), 4 * 3840 * 2160);
  t.equal(decodablePixels(7680 * 4320, most), most);
  t.equal(decodablePixels(320 * 180, 1920 * 1080), 1920 * 1080, 'never more than is accepted at all');
  t.end();
});

t.test('what a decoder says of one that is larger', (t) => {
  const line =
    '[h264 @ 0x55d566573d40] [IMGUTILS @ 0x7fffc4dcb4b0] Picture size 8192x4352 exceeds specified max pixel count 11862016, see the documentation if you wish to increase it';
  t.strictSame(refusedPicture(line), { width: 8192, height: 4352 });
  t.equal(refusedPicture('[IMGUTILS @ 0x1] Picture size 0x0 is invalid'), undefined, 'damage');
  t.match(pictureGrowsTooLarge({ width: 8192, height: 4352 }, 9_437_184), {
    code: 'media_too_large_picture',
    message: /becomes 8192x4352.*9437184 pixels.*Export/,
    extras: { width: 8192, height: 4352, maxPixels: 9_437_184 },
  });
  t.end();
});
