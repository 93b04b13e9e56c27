import { createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import { newId } from '../../server/kit/ids.ts';
import { rawLine, rawRequest, type RawResponse } from '../testing/raw-request.ts';
import { startOrigin, TestKeyring, type RunningOrigin } from '../testing/start-origin.ts';

/** What the README tells an edge to do. */
function edgeServes(file: string, topRung: number): boolean {
  if (topRung === 0 || /^(?:a[0-9]+-[a-z0-9-]+|s-[0-9a-f]{32})\//.test(file)) return true;
  const match = /^(?:v([1-9][0-9]{0,4})-[0-9]+b*\/|(?:master|manifest)-([1-9][0-9]{0,4})\.)/.exec(file);
  return match !== null && Number(match[1] ?? match[2]) <= topRung;
}

/** Every file of a small version, with the short side that a token must allow. */
const files: readonly (readonly [file: string, rung: number])[] = [
  ['master.m3u8', Number.POSITIVE_INFINITY],
  ['manifest.mpd', Number.POSITIVE_INFINITY],
  ...[720, 360].flatMap((rung) => [`master-${rung}.m3u8`, `manifest-${rung}.mpd`].map((file) => [file, rung] as const)),
  ...(
    [
      ['v1080-6000', 1080],
      ['v720-4500', 720],
      ['v720-3000', 720],
      ['v360-365', 360],
      ['a0-128', 0],
    ] as const
  ).flatMap(([rendition, rung]) =>
    ['index.m3u8', 'init.mp4', '00001.m4s', ...(rung === 0 ? [] : ['iframes.m3u8'])].map(
      (file) => [`${rendition}/${file}`, rung] as const,
    ),
  ),
  ...['index.m3u8', '00001.vtt', 'all.vtt'].map((file) => [`s-${'0a'.repeat(16)}/${file}`, 0] as const),
  // What is no rendition's name could be anything.
  ['s-0a/all.vtt', Number.POSITIVE_INFINITY],
  ['thumbnails/00001.m4s', Number.POSITIVE_INFINITY],
];

async function withFiles(t: Test): Promise<RunningOrigin> {
  const origin = await startOrigin(t);
  for (const [file] of files) await origin.put(file, `the bytes of ${file}`);
  return origin;
}

function denied(response: RawResponse): boolean {
  const body = JSON.parse(response.body.toString()) as { code: string };
  return response.status === 403 && body.code === 'playback_denied' && response.headers['cache-control'] === 'no-store';
}

for (const topRung of [undefined, 1080, 720, 719, 360, 1])
  t.test(`a token up to ${topRung ?? 'everything'}`, async (t) => {
    const origin = await withFiles(t);
    const token = origin.sign({ topRung });
    for (const [file, rung] of files) {
      const path = origin.path(file, { token });
      const response = await rawRequest(origin.port, path);
      t.equal(edgeServes(file, topRung ?? 0), response.status === 200, 'an edge that follows the README does the same');
      const head = await rawRequest(origin.port, path, { method: 'HEAD' });
      if (topRung === undefined || rung <= topRung) {
        t.equal(response.body.toString(), `the bytes of ${file}`, file);
        t.equal(head.status, 200);
      } else {
        t.ok(denied(response), `${file} is refused`);
        t.equal(head.status, 403);
        t.ok(denied(await rawRequest(origin.port, path, { headers: { 'If-None-Match': '*', Range: 'bytes=0-9' } })));
      }
    }
    t.same(
      origin.storage
        .asked('read', 'stat', 'stream')
        .filter((key) => files.some(([file, rung]) => key.endsWith(`/${file}`) && rung > (topRung ?? Infinity))),
      [],
      'storage is not asked for what is refused',
    );
  });

t.test('what one token has put into memory is not given to another that is below it', async (t) => {
  const origin = await withFiles(t);
  const below = origin.sign({ topRung: 360 });
  for (const file of ['v720-3000/00001.m4s', 'master.m3u8', 'v720-3000/iframes.m3u8']) {
    t.equal((await origin.get(file)).status, 200);
    t.equal((await origin.get(file)).status, 200, 'from memory');
    t.ok(denied(await rawRequest(origin.port, origin.path(file, { token: below }))), file);
  }
});

t.test('all who share a rung share its manifests, byte for byte', async (t) => {
  const origin = await withFiles(t);
  for (const file of ['master-720.m3u8', 'manifest-720.mpd']) {
    const answers = new Set<string>();
    for (const topRung of [720, 1080, undefined]) {
      const token = origin.sign({ topRung, sessionId: newId('session') });
      const { body, headers } = await rawRequest(origin.port, origin.path(file, { token }));
      answers.add(JSON.stringify([body.toString(), headers.etag, headers['cache-control'], headers.vary]));
    }
    t.equal(answers.size, 1, file);
  }
});

t.test('a rung cannot be forged, and tokens without one are none', async (t) => {
  const origin = await withFiles(t);
  const token = origin.sign({ topRung: 360 });
  const [kid, payload, signature] = token.split('.') as [string, string, string];
  const text = Buffer.from(payload, 'base64url').toString();
  const { current } = origin.keyring;
  const withPayload = (changed: string): string => `${kid}.${Buffer.from(changed).toString('base64url')}.${signature}`;
  const genuine = (changed: string): string => {
    const signed = `${kid}.${Buffer.from(changed).toString('base64url')}`;
    return `${signed}.${createHmac('sha256', current.secret).update(signed).digest('base64url')}`;
  };
  const fields = text.split(',');
  const stranger = new TestKeyring();
  stranger.current = { kid, secret: stranger.current.secret };
  const forged: Record<string, string> = {
    'another rung under the signature': withPayload(text.replace(/360$/, '720')),
    'no limit under the signature': withPayload(text.replace(/360$/, '0')),
    'the rung left out': withPayload(fields.slice(0, 4).join(',')),
    'the format without a rung, with a genuine signature': genuine(fields.slice(0, 4).join(',')),
    'a second rung, with a genuine signature': genuine(`${text},1080`),
    'a rung with a leading zero, with a genuine signature': genuine(text.replace(/360$/, '0360')),
    'an empty rung, with a genuine signature': genuine(text.replace(/360$/, '')),
    'a rung that is no number, with a genuine signature': genuine(text.replace(/360$/, 'NaN')),
  };
  t.equal(genuine(text), token, 'signed as the server does');
  for (const [name, bad] of Object.entries(forged))
    for (const file of ['v720-3000/00001.m4s', 'v360-365/00001.m4s', 'a0-128/00001.m4s'])
      t.ok(denied(await rawRequest(origin.port, origin.path(file, { token: bad }))), `${name}: ${file}`);
});

t.test('no way of writing a path reaches above the rung', async (t) => {
  const origin = await withFiles(t);
  const token = origin.sign({ topRung: 360 });
  const mine = `/s/${token}/${origin.assetId}/${origin.versionId}`;
  const encoded = (text: string, at: number): string =>
    `${text.slice(0, at)}%${text.charCodeAt(at).toString(16)}${text.slice(at + 1)}`;
  const targets: string[] = [];
  for (const [file, rung] of files) {
    if (rung <= 360) continue;
    targets.push(
      file,
      `${file}?topRung=1080`,
      `${file}?/v360-365/00001.m4s`,
      `v360-365/../${file}`,
      `v360-365/..%2f${file}`,
      `v360-365%2f..%2f${file}`,
      `v360-365/%2e%2e/${file}`,
      `v360-365/%252e%252e%252f${file}`,
      `v360-365\\..\\${file}`,
      `v360-365%5c..%5c${file}`,
      `./${file}`,
      `/${file}`,
      `%2f${file}`,
      `a0-128/../${file}`,
      `master-360.m3u8/../${file}`,
      `master-360.m3u8%00${file}`,
      `${file}%00`,
      `${file}%00.m4s`,
      `${file}#`,
      `${file};x`,
      `${file}.br`,
      `${file}.gz`,
      file.toUpperCase(),
      file.replace(/^v/, 'V'),
      file.replace(/^v/, 'v0'),
      file.replace(/^v/, 'v%30'),
      file.replace('-', '%2d'),
      file.replace('-', '\u2010'),
      file.replace('720', '0720'),
      file.replace('720', '+720'),
      file.replace('720', '7%320'),
      file.replace('720', '７２０'),
      file.replace('master', 'master-'),
      file.replace('master', 'master-0'),
      file.replace('master.', 'master%2e'),
      file.replace(/^v720-[0-9]+/, 'v360-365/v720-3000'),
      file.replace(/^v720-[0-9]+/, 'v360-365-v720-3000'),
      ...Array.from(file, (_, at) => encoded(file, at)),
    );
  }
  for (const target of targets) {
    const { status, text } = await rawLine(origin.port, Buffer.from(`${mine}/${target}`));
    t.ok(status === 403 || status === 404 || status === 400 || status === undefined, `${target}: ${status}`);
    t.notMatch(text, 'the bytes of', target);
  }
  t.same(origin.storage.asked('read', 'stat', 'stream'), [], 'storage was not asked once');
  t.match((await rawLine(origin.port, `${mine}/v360-365/00001.m4s`)).text, /the bytes of v360-365/);
});
