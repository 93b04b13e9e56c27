import t from 'tap';
import { picturePath } from '../server/assets/picture-address.ts';
import { pictureKey, publishedKey } from '../server/assets/storage-keys.ts';
import { rawRequest } from './testing/raw-request.ts';
import { startOrigin } from './testing/start-origin.ts';

const address = { hash: 'ab'.repeat(20), attempt: '0123abcd' };

async function start(t: Parameters<typeof startOrigin>[0], config: Parameters<typeof startOrigin>[1] = {}) {
  const origin = await startOrigin(t, config);
  for (const format of ['avif', 'webp', 'jpg'])
    await origin.storage.put(pictureKey(address.hash, address.attempt, `320.${format}`), `a picture as ${format}`);
  const template = picturePath(address, origin.pictureKeyring.current.kid, origin.pictureKeyring);
  const pathOf = (width: number, format: string) =>
    template.replace('{width}', String(width)).replace('{format}', format);
  const get = (path: string, options: Parameters<typeof rawRequest>[2] = {}) => rawRequest(origin.port, path, options);
  return { origin, pathOf, get };
}

t.test('a picture is served to everybody who has its address, for ever, in the format of its name', async (t) => {
  const { origin, pathOf, get } = await start(t, { corsOrigins: ['https://app.example.com'] });
  for (const [format, type] of [
    ['avif', 'image/avif'],
    ['webp', 'image/webp'],
    ['jpg', 'image/jpeg'],
  ] as const) {
    const headers = { accept: 'image/webp', origin: 'https://app.example.com' };
    const answer = await get(pathOf(320, format), { headers });
    t.match(answer, {
      status: 200,
      headers: {
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
        etag: /^".+"$/,
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
      },
    });
    t.equal(answer.body.toString(), `a picture as ${format}`);
    t.notOk('vary' in answer.headers, 'one answer for all');
    t.notOk('access-control-allow-origin' in answer.headers);
    const again = await get(pathOf(320, format), { headers: { 'if-none-match': String(answer.headers.etag) } });
    t.same([again.status, again.body.length], [304, 0]);
  }
  t.same(origin.storage.asked('read').length, 3, 'then it is in memory');
  t.equal((await get(pathOf(320, 'avif'), { method: 'HEAD' })).status, 200);
  t.match(await get(pathOf(320, 'avif'), { method: 'POST' }), { status: 405, headers: { allow: 'GET, HEAD' } });
  t.equal(await origin.metric('dramabox_origin_requests_total{kind="picture",status="2xx"}'), 4);
  t.same(origin.sessions.reports, [], 'nobody plays');
});

t.test('without its signature a picture is not there, as anything that is not', async (t) => {
  const { origin, pathOf, get } = await start(t);
  const path = pathOf(320, 'avif');
  const [, , , signed = '', hash = '', file = ''] = path.split('/');
  const [kid = '', signature = ''] = signed.split('.');
  const other = picturePath({ ...address, hash: 'cd'.repeat(20) }, kid, origin.pictureKeyring).split('/')[3];
  const flipped = signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
  // Of its last character only two of six bits count.
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = digits.indexOf(signature.at(-1) ?? '');
  const noncanonical = [1, 7, 15].map((bits) => signature.slice(0, -1) + digits.charAt(last | bits));
  for (const each of noncanonical)
    t.same(Buffer.from(each, 'base64url'), Buffer.from(signature, 'base64url'), 'the same bytes, written otherwise');
  const guesses = [
    `/s/p/${hash}/${file}`,
    `/s/p/-/${hash}/${file}`,
    `/s/p/${kid}/${hash}/${file}`,
    `/s/p/${kid}./${hash}/${file}`,
    `/s/p/${kid}.${flipped}/${hash}/${file}`,
    ...noncanonical.map((each) => `/s/p/${kid}.${each}/${hash}/${file}`),
    `/s/p/${origin.keyring.current.kid}x.${signature}/${hash}/${file}`,
    `/s/p/${other}/${hash}/${file}`,
    path.replace('0123abcd', '0123abce'),
    path.replace('.avif', '.svg'),
    path.replace('320', '0320'),
    path.replace('/s/p/', '/s/p//'),
    path.replace(`/${file}`, `/..%2f${file}`),
    `${path}/`,
    `/s/${origin.token}/pictures/${hash}/${file}`,
  ];
  const nothing = await get('/s/nothing');
  const named = ({ headers, body, status }: typeof nothing) => {
    const { 'request-id': _id, date: _date, ...rest } = headers;
    return { status, headers: rest, body: body.toString().replace(/request_\w+/, '') };
  };
  for (const guess of guesses) {
    const refusal = await get(guess);
    t.same(named(refusal), named(nothing), guess);
  }
  t.same(origin.storage.asked('stat', 'read', 'stream'), [], 'nothing was looked for');
  t.equal((await get(`${path}?width=9`)).status, 200, 'the query plays no part');
  t.equal((await get(pathOf(480, 'avif'))).status, 404, 'a size that it does not have');
});

t.test('an address outlives the keys that follow, and a playback key signs none', async (t) => {
  const { origin, pathOf, get } = await start(t);
  const path = pathOf(320, 'webp');
  const { kid } = origin.pictureKeyring.current;
  origin.pictureKeyring.add('second');
  t.equal((await get(path)).status, 200);
  t.equal(picturePath(address, kid, origin.pictureKeyring), path.replace('320.webp', '{width}.{format}'), 'and stays');
  origin.pictureKeyring.keys.delete(kid);
  t.equal((await get(path)).status, 404, 'a key that was taken out signs nothing any more');
  const anew = picturePath(address, kid, origin.pictureKeyring).replace('{width}', '320').replace('{format}', 'webp');
  t.equal((await get(anew)).status, 200, 'the present key signs then');

  const played = picturePath(address, '', origin.keyring).replace('{width}', '320').replace('{format}', 'webp');
  t.equal((await get(played)).status, 404);
});

t.test('no token for a video leads to a picture', async (t) => {
  const { origin, get } = await start(t);
  const token = origin.sign({ assetId: 'pictures', versionId: address.hash });
  t.equal(publishedKey('pictures', 'x', 'y'), 'assets/pictures/x/y');
  t.equal((await get(`/s/${token}/pictures/${address.hash}/0123abcd-320.avif`)).status, 404);
});
