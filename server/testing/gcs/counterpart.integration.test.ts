import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { CRC32C, Storage } from '@google-cloud/storage';
import { JWT } from 'google-auth-library';
import t, { type Test } from 'tap';
import { crc32cOf } from './crc32c.ts';
import { GcsCounterpart } from './counterpart.ts';

const KiB = 1024;
const part = (letter: string, bytes: number) => Buffer.alloc(bytes, letter);

/** A token as the account signs it; what differs from a good one is said. */
function tokenOf(gcs: GcsCounterpart, change: object = {}, privateKey = gcs.key.private_key, alg = 'RS256'): string {
  const now = Math.floor(Date.now() / 1000);
  const email = gcs.key.client_email;
  const scope = 'https://www.googleapis.com/auth/devstorage.full_control';
  const claims = { iss: email, sub: email, iat: now, exp: now + 3600, scope, ...change };
  const text = [{ alg, typ: 'JWT' }, claims]
    .map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

interface Raw {
  readonly gcs: GcsCounterpart;
  /** Sends a request with a good token, to a path below the server or to an address. */
  readonly send: (method: string, path: string, change?: RequestInit) => Promise<Response>;
  /** Begins a session and returns its address. */
  readonly begin: (name: string, query?: string) => Promise<string>;
}

async function open(t: Test): Promise<Raw> {
  const gcs = await GcsCounterpart.listen(t);
  const authorization = `Bearer ${tokenOf(gcs)}`;
  const send: Raw['send'] = (method, path, { headers, ...change } = {}) =>
    fetch(new URL(path, gcs.url), {
      method,
      redirect: 'manual',
      headers: { authorization, ...(headers as object) },
      ...change,
    });
  return {
    gcs,
    send,
    begin: async (name, query = '') =>
      (
        await send('POST', `/upload/storage/v1/b/${gcs.bucket.name}/o?uploadType=resumable&name=${name}${query}`)
      ).headers.get('location') ?? '',
  };
}

const objects = '/storage/v1/b/dramabox-of-tests/o';
const simple = (name: string, query = '') => `/upload${objects}?uploadType=media&name=${name}${query}`;
const put = (range: string, body: Buffer = Buffer.alloc(0)): RequestInit => ({
  headers: { 'content-range': range, authorization: '' },
  body: body as Uint8Array<ArrayBuffer>,
});

t.test('a checksum is the one of the standard', async (t) => {
  // https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-32-iscsi
  t.equal(crc32cOf(Buffer.from('123456789')), Buffer.from('e3069283', 'hex').toString('base64'));
  for (const length of [0, 1, 7, 8, 9, 1001]) {
    const bytes = randomBytes(length);
    const sdk = new CRC32C();
    sdk.update(bytes);
    t.equal(crc32cOf(bytes), sdk.toString(), `${length} bytes`);
  }
});

t.test('nobody comes in without a token that the account signed for this, now', async (t) => {
  const { gcs, send } = await open(t);
  const status = async (authorization: string) => (await send('GET', objects, { headers: { authorization } })).status;
  const now = Math.floor(Date.now() / 1000);
  t.equal(await status(`Bearer ${tokenOf(gcs)}`), 200);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const [what, token] of Object.entries({
    'no token': '',
    'another key': tokenOf(gcs, {}, String(other)),
    'no algorithm': tokenOf(gcs, {}, undefined, 'none'),
    'an unknown account': tokenOf(gcs, { iss: 'x@y', sub: 'x@y' }),
    'one that has ended': tokenOf(gcs, { iat: now - 7200, exp: now - 1 }),
    'one without an end in sight': tokenOf(gcs, { exp: now + 90_000 }),
    'a changed one': tokenOf(gcs).replace(/\.[^.]{10}/, '.AAAAAAAAAA'),
  }))
    t.equal(await status(`Bearer ${token}`), 401, what);
  t.equal(
    await status(`Bearer ${tokenOf(gcs, { scope: 'https://www.googleapis.com/auth/drive' })}`),
    403,
    'another scope',
  );
  gcs.granted.delete('storage.objects.list');
  t.equal((await send('GET', objects)).status, 403, 'nor who lacks the permission');
  t.equal((await send('GET', `${objects}/nothing`)).status, 403, 'who then is not told what is not there');
});

t.test('resumable uploads', async (t) => {
  const { gcs, send, begin } = await open(t);
  const uri = await begin('film');
  const first = await send('PUT', uri, put('bytes */*'));
  t.equal(first.status, 308);
  t.equal(first.headers.get('range'), null, 'nothing is kept yet');
  const a = await send('PUT', uri, put('bytes 0-524287/*', part('a', 512 * KiB)));
  t.strictSame([a.status, a.headers.get('range')], [308, 'bytes=0-524287']);
  const asked = await send('PUT', uri, put('bytes */600000'));
  t.strictSame([asked.status, asked.headers.get('range')], [308, 'bytes=0-524287'], 'a question changes nothing');
  t.equal((await send('PUT', uri, put('bytes */*', part('x', 5)))).status, 400, 'and has no body');
  t.equal(
    (await send('PUT', uri, put('bytes 524288-524387/*', part('x', 100)))).status,
    400,
    'too small to go on after it',
  );
  t.equal((await send('PUT', uri, put('bytes 786432-1048575/*', part('x', 256 * KiB)))).status, 503, 'a gap');
  t.equal((await send('PUT', uri, put('bytes nonsense', part('x', 5)))).status, 400);
  t.equal((await send('PUT', uri, put('bytes 524288-524297/*', part('x', 5)))).status, 400, 'fewer than announced');
  const again = await send('PUT', uri, put('bytes 262144-1048575/*', part('b', 768 * KiB)));
  t.equal(again.headers.get('range'), 'bytes=0-1048575', 'only what is new is taken');
  const odd = await send('PUT', uri, put('bytes 1048576-1348575/*', part('c', 300_000)));
  t.equal(odd.headers.get('range'), 'bytes=0-1310719', 'in multiples of 256 KiB');
  t.equal(gcs.bucket.size, 0, 'there is no object before the end');
  const end = await send('PUT', uri, put('bytes 1310720-1310729/1310730', part('d', 10)));
  t.equal(end.status, 200);
  const whole = Buffer.from(await (await send('GET', `${objects}/film?alt=media`)).arrayBuffer());
  t.ok(whole.equals(Buffer.concat([part('a', 512 * KiB), part('b', 512 * KiB), part('c', 256 * KiB), part('d', 10)])));
  t.equal((await send('PUT', uri, put('bytes */*'))).status, 200, 'afterwards it says what it became');

  const cut = await begin('cut');
  gcs.disturb = ({ operation }) =>
    operation === 'resumable.put' ? { kind: 'cutRequest', afterBytes: 300_000 } : undefined;
  await t.rejects(send('PUT', cut, put('bytes 0-524287/*', part('a', 512 * KiB))));
  gcs.disturb = () => undefined;
  t.equal(
    (await send('PUT', cut, put('bytes */*'))).headers.get('range'),
    'bytes=0-262143',
    'what came before the break',
  );
  t.equal((await send('DELETE', cut, { headers: { authorization: '' } })).status, 499);
  t.equal((await send('PUT', cut, put('bytes */*'))).status, 499, 'it is given up');

  const late = await begin('late', '&ifGenerationMatch=0');
  await send('POST', simple('late'), { body: 'somebody was quicker' });
  t.equal((await send('PUT', late, put('bytes 0-0/1', part('x', 1)))).status, 412, 'conditions hold at the end');
  const old = await begin('old');
  gcs.laterMs = 7 * 86_400_000 + 1000;
  t.equal((await send('PUT', old, put('bytes */*'))).status, 410, 'a week later');
  const announced = await send('POST', `/upload${objects}?uploadType=resumable&name=said`, {
    headers: { 'x-upload-content-length': '10' },
  });
  t.equal((await send('PUT', announced.headers.get('location') ?? '', put('bytes 0-4/5', part('x', 5)))).status, 400);
  t.equal((await send('PUT', `${uri}x`, put('bytes */*'))).status, 404, 'an address that was guessed');
});

t.test('generations and conditions', async (t) => {
  const { send } = await open(t);
  const made = async (query: string, body: string) => {
    const answer = await send('POST', simple('x', query), { body });
    return [answer.status, ((await answer.json()) as { generation?: string }).generation ?? ''] as const;
  };
  const [, one] = await made('', '1');
  t.equal((await made('&ifGenerationMatch=0', '2'))[0], 412);
  const [status, two] = await made(`&ifGenerationMatch=${one}`, '2');
  t.equal(status, 200);
  t.ok(BigInt(two) > BigInt(one));
  const statuses = async (method: string, query: string) => (await send(method, `${objects}/x?${query}`)).status;
  t.equal(await statuses('GET', `ifGenerationMatch=${one}`), 412);
  t.equal(await statuses('GET', `ifGenerationNotMatch=${two}`), 304, 'nothing new to read');
  t.equal(await statuses('GET', `generation=${one}&alt=media`), 404, 'the older one is gone');
  t.equal(await statuses('GET', `generation=${two}&alt=media`), 200);
  t.equal(await statuses('GET', 'ifMetagenerationMatch=2'), 412);
  const body = JSON.stringify({ metadata: { a: 'b' } });
  t.equal((await send('PATCH', `${objects}/x?ifMetagenerationMatch=1`, { body })).status, 200);
  t.equal(await statuses('GET', 'ifMetagenerationMatch=2'), 200);
  t.equal(await statuses('DELETE', `ifGenerationMatch=${one}`), 412);
  t.equal(
    (await send('POST', `${objects}/x/rewriteTo/b/dramabox-of-tests/o/y?ifSourceGenerationMatch=${one}`)).status,
    412,
  );
  t.equal((await send('POST', `${objects}/x/rewriteTo/b/dramabox-of-tests/o/y?ifGenerationMatch=0`)).status, 200);
  const compose = (sources: number, query = '') =>
    send('POST', `${objects}/z/compose?${query}`, {
      body: JSON.stringify({ sourceObjects: Array.from({ length: sources }, () => ({ name: 'x' })) }),
    });
  t.equal((await compose(33)).status, 400);
  t.match(await (await compose(32)).json(), { size: '32', componentCount: 32, md5Hash: undefined });
  t.equal((await compose(2, 'ifGenerationMatch=0')).status, 412);
  t.equal(await statuses('DELETE', `ifGenerationMatch=${two}`), 204);
  const gone = await send('GET', `${objects}/x`);
  t.strictSame(
    [gone.status, await gone.json()],
    [
      404,
      {
        error: {
          code: 404,
          message: 'No such object: dramabox-of-tests/x',
          errors: [{ message: 'No such object: dramabox-of-tests/x', domain: 'global', reason: 'notFound' }],
        },
      },
    ],
  );
});

t.test('reads in parts, and lists page by page', async (t) => {
  const { send } = await open(t);
  await send('POST', simple('r'), { body: '0123456789' });
  for (const [range, status, body, contentRange] of [
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=10-', 416, 'Requested range not satisfiable', 'bytes */10'],
  ] as const) {
    const answer = await send('GET', `${objects}/r?alt=media`, { headers: { range } });
    t.strictSame(
      [answer.status, answer.headers.get('content-range'), await answer.text()],
      [status, contentRange, body],
      range,
    );
  }
  for (const name of ['p/b/1', 'p/a', 'p/b/2', 'p/é', 'p/c', 'p/Z', 'q', 'p/b-'])
    await send('POST', simple(encodeURIComponent(name)), { body: name });
  const list = async (query: string) => {
    const entries: string[][] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const page = (await (await send('GET', `${objects}?${query}${token && `&pageToken=${token}`}`)).json()) as {
        items: { name: string }[];
        prefixes: string[];
        nextPageToken?: string;
      };
      entries.push([...page.items.map(({ name }) => name), ...page.prefixes]);
      token = page.nextPageToken;
    }
    return entries;
  };
  t.strictSame(await list('prefix=p/&maxResults=3'), [['p/Z', 'p/a', 'p/b-'], ['p/b/1', 'p/b/2', 'p/c'], ['p/é']]);
  t.strictSame(await list('prefix=p/&delimiter=/&maxResults=4'), [
    ['p/Z', 'p/a', 'p/b-', 'p/b/'],
    ['p/c', 'p/é'],
  ]);
  t.strictSame(await list('startOffset=p/c&endOffset=q'), [['p/c', 'p/é']]);
  for (const name of ['', '%0A', '.', '..', 'x'.repeat(1025), '.well-known/acme-challenge/x'])
    t.equal(
      (await send('POST', simple(name), { body: '' })).status,
      400,
      `an object is not called ${name.slice(0, 30)}`,
    );
});

t.test('the SDK itself works against it, with its own transfers', async (t) => {
  const { gcs } = await open(t);
  const { client_email: email, private_key: key } = gcs.key;
  const authClient = new JWT({ email, key, scopes: ['https://www.googleapis.com/auth/devstorage.full_control'] });
  authClient.useJWTAccessWithScope = true;
  const sdk = new Storage({ apiEndpoint: gcs.url, useAuthWithCustomEndpoint: true, authClient });
  const bucket = sdk.bucket(gcs.bucket.name);
  const body = Buffer.alloc(900 * KiB, 'x');
  await bucket.file('simple').save(body, { resumable: false, validation: 'crc32c' });
  // Begun by itself: when it begins one on its way, the SDK forgets to authenticate at addresses that are not Google's.
  const [uri] = await bucket.file('resumable').createResumableUpload();
  await bucket.file('resumable').save(body, { uri, resumable: true, chunkSize: 256 * KiB, validation: 'md5' });
  t.equal(gcs.count('resumable.put'), 4, 'in pieces');
  for (const name of ['simple', 'resumable']) t.ok(body.equals((await bucket.file(name).download())[0]), name);
  await bucket.combine(['simple', 'resumable'], 'both');
  const [{ size, generation }] = await bucket.file('both').getMetadata();
  t.equal(Number(size), 2 * body.length);
  await bucket.file('both').copy(bucket.file('copy'));
  await bucket.file('copy').setMetadata({ metadata: { a: 'b' } });
  t.match((await bucket.file('copy').getMetadata())[0], { metadata: { a: 'b' }, metageneration: '2' });
  t.strictSame(
    (await bucket.getFiles({ prefix: '' }))[0].map(({ name }) => name),
    ['both', 'copy', 'resumable', 'simple'],
  );
  await t.rejects(bucket.file('both').save('y', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }), {
    code: 412,
  });
  await t.rejects(bucket.file('both').delete({ ifGenerationMatch: Number(generation) - 1 }), { code: 412 });
  await bucket.deleteFiles();
  t.strictSame(await bucket.file('both').exists(), [false]);
  t.equal(gcs.bucket.size, 0);
  t.strictSame((await bucket.iam.testPermissions(['storage.objects.get', 'storage.objects.fly']))[0], {
    'storage.objects.get': true,
    'storage.objects.fly': false,
  });
});
