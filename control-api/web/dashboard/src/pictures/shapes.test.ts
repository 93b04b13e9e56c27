import t from 'tap';
import { addressFor, isLargeEnough, mostZoom, wholePart } from './shapes.ts';

t.test('a picture is large enough when the part of its shape is', async (t) => {
  t.ok(isLargeEnough('poster', { width: 160, height: 240 }));
  t.notOk(isLargeEnough('poster', { width: 159, height: 900 }));
  t.notOk(isLargeEnough('poster', { width: 900, height: 200 }), '133 pixels of it would be shown');
  t.ok(isLargeEnough('banner', { width: 320, height: 180 }));
});

t.test('one comes no closer than the server takes', async (t) => {
  t.equal(mostZoom('poster', { width: 320, height: 480 }), 2);
  t.equal(mostZoom('poster', { width: 100, height: 150 }), 1);
  t.equal(mostZoom('portrait', { width: 8000, height: 8000 }), 8);
});

t.test('a part is in the picture to the pixel', async (t) => {
  t.same(wholePart({ x: 0.4, y: -0.3, width: 100.6, height: 150.2 }, { width: 101, height: 150 }), {
    left: 0,
    top: 0,
    width: 101,
    height: 150,
  });
  t.same(wholePart({ x: 60.5, y: 10, width: 40, height: 60 }, { width: 100, height: 70 }), {
    left: 61,
    top: 10,
    width: 39,
    height: 60,
  });
});

t.test('the smallest that is not coarse is asked for', async (t) => {
  const picture = { url: '/s/p/k/h/a-{width}.{format}', widths: [160, 320, 480], width: 480, height: 720 };
  const view = { ...picture, placeholder: '#000000' };
  t.equal(addressFor(view, 100), '/s/p/k/h/a-160.webp');
  t.equal(addressFor(view, 161), '/s/p/k/h/a-320.webp');
  t.equal(addressFor(view, 2000, 'jpg'), '/s/p/k/h/a-480.jpg');
});
