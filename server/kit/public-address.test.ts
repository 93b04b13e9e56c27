import t from 'tap';
import { belowPublicPath, publicBase, publicPath } from './public-address.ts';

t.test('the path that a server has at its host', async (t) => {
  for (const [url, path, base] of [
    ['', '', ''],
    ['https://tv.example', '', 'https://tv.example'],
    ['https://tv.example:8443/', '', 'https://tv.example:8443'],
    ['https://tv.example/video', '/video', 'https://tv.example/video'],
    ['https://tv.example/a/video/', '/a/video', 'https://tv.example/a/video'],
  ] as const) {
    t.equal(publicPath(url), path, url);
    t.equal(publicBase(url), base, url);
  }
});

t.test('it is taken off where a request begins with it', async (t) => {
  const below = (target: string) => belowPublicPath(target, ['', '/video', '/cdn/edge']);
  for (const [target, expected] of [
    ['/video', '/'],
    ['/video/', '/'],
    ['/video?x=1', '/?x=1'],
    ['/video/dashboard/assets/a?b=/video/', '/dashboard/assets/a?b=/video/'],
    ['/video/s/token/a/v/master.m3u8', '/s/token/a/v/master.m3u8'],
    ['/cdn/edge/s/token/a/v/1.m4s', '/s/token/a/v/1.m4s'],
    ['/video/health/live', '/health/live'],
    ['/video/a?x=/../y', '/a?x=/../y'],
    ['/video/..a/...', '/..a/...'],
  ] as const)
    t.equal(below(target), expected, target);
});

t.test('everything else stays as it is', async (t) => {
  for (const target of [
    '/',
    '*',
    '/health/live',
    '/dashboard/',
    '/videos',
    '/videos/x',
    '/video-2/x',
    '/VIDEO/x',
    '/%76ideo/x',
    '//video/x',
    '/x/video/y',
    '/cdn/x',
    '/video/../x',
    '/video/..',
    '/video/a/../../x',
    '/video/./x',
    '/video/%2e%2e/x',
    '/video/.%2E/x',
    '/video/..%2fx',
    '/video/..%5cx',
    '/video/..\\x',
    '/video%2fx',
  ])
    t.equal(belowPublicPath(target, ['/video', '/cdn/edge']), target, target);
  t.equal(belowPublicPath('/video/video/x', ['/video']), '/video/x', 'once');
});
