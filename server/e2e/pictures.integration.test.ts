import sharp from 'sharp';
import t from 'tap';
import { startTestServer } from './testing/server.ts';

interface Picture {
  readonly url: string;
  readonly widths: readonly number[];
}

t.test('a poster goes from a file of staff to the pages of viewers', async (t) => {
  const { url, client } = await startTestServer(t);
  const file = await sharp({ create: { width: 500, height: 750, channels: 3, background: '#336699' } })
    .jpeg()
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .toBuffer();
  const given = await fetch(`${url}/api/v1/catalogue/pictures?kind=poster`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.accessToken}`, 'content-type': 'image/jpeg' },
    body: new Uint8Array(file),
  });
  t.equal(given.status, 201);
  const { id, picture } = (await given.json()) as { id: string; picture: Picture };
  const made = await client.request<{ id: string }>('POST', '/api/v1/catalogue/titles', {
    kind: 'series',
    originalLanguage: 'en',
    text: { name: 'The Last Tide' },
  });
  const titles = [{ titleId: made.body.id, revision: 1, pictures: [{ kind: 'poster', id }] }];
  const put = await client.request('PUT', '/api/v1/catalogue/pictures', { titles, publish: true });
  t.equal(put.status, 204);

  // Nobody is signed in from here on.
  const home = (await (await fetch(`${url}/api/v1/home`)).json()) as {
    rows: { items: { id: string; pictures: { poster?: Picture } }[] }[];
  };
  const [card] = home.rows[0]?.items ?? [];
  t.equal(card?.id, made.body.id);
  t.same(card?.pictures.poster, picture);
  for (const width of picture.widths)
    for (const [format, type] of [
      ['avif', 'image/avif'],
      ['webp', 'image/webp'],
      ['jpg', 'image/jpeg'],
    ] as const) {
      const address = url + picture.url.replace('{width}', String(width)).replace('{format}', format);
      const answer = await fetch(address);
      t.same([answer.status, answer.headers.get('content-type')], [200, type]);
      t.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      const shown = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      t.match(shown, { width, height: width * 1.5 });
      t.equal(shown.exif, undefined, 'where it was taken is told to nobody');
      const etag = answer.headers.get('etag') ?? '';
      t.equal((await fetch(address, { headers: { 'if-none-match': etag } })).status, 304);
      t.equal((await fetch(address.replace(/\/s\/p\/[^/]+/, '/s/p/x'))).status, 404, 'without its signature');
    }
});
