import t, { type Test } from 'tap';
import { assetPrefix, publishedKey } from '../server/assets/storage-keys.ts';
import { newId } from '../server/kit/ids.ts';
import { parseRequestPath } from './request-path.ts';
import { rawLine } from './testing/raw-request.ts';
import { startOrigin, type RunningOrigin } from './testing/start-origin.ts';

const secret = 'SECRET';

/** Puts something to steal wherever a traversal could lead. */
async function withVictims(origin: RunningOrigin): Promise<{ readonly assetId: string; readonly versionId: string }> {
  const victim = { assetId: newId('asset'), versionId: newId('version') };
  for (const [asset, version] of [
    [victim.assetId, victim.versionId],
    [origin.assetId, victim.versionId],
    [victim.assetId, origin.versionId],
  ] as const) {
    for (const file of ['master.m3u8', 'v1/index.m3u8', 'v1/00001.m4s', 'v1/init.mp4'])
      await origin.storage.put(publishedKey(asset, version, file), secret);
  }
  for (const key of [
    'sources/upload_1',
    'work/v1/00001.ts',
    'master.m3u8',
    'v1/00001.m4s',
    `${assetPrefix(origin.assetId)}00001.m4s`,
  ])
    await origin.storage.put(key, secret);
  for (const file of ['secret.txt', 'master.m3u8.gz', 'v1/00001.m4s.bak', 'v1/v2/00001.m4s'])
    await origin.put(file, secret);
  await origin.put('master.m3u8', 'mine');
  await origin.put('v1/00001.m4s', 'mine');
  return victim;
}

/** What comes back for a target that is not exactly ours. */
async function refused(t: Test, origin: RunningOrigin, target: string | Buffer, name: string): Promise<void> {
  const { status, text } = await rawLine(origin.port, target);
  // 418: not our path at all, 400: not HTTP.
  t.ok(status === 404 || status === 403 || status === 400 || status === 418, `${name}: ${status}`);
  t.notMatch(text, secret, name);
}

t.test('encoded, doubled and climbing paths (T2) are refused before storage is asked', async (t) => {
  const origin = await startOrigin(t);
  const victim = await withVictims(origin);
  const base = `/s/${origin.token}`;
  const mine = `${base}/${origin.assetId}/${origin.versionId}`;
  const there = `${victim.assetId}/${victim.versionId}/v1/00001.m4s`;
  const steps = [
    '..',
    '.',
    '%2e%2e',
    '%2E%2E',
    '.%2e',
    '%2e.',
    '%252e%252e',
    '%c0%ae%c0%ae',
    '..;',
    '..%00',
    '....',
    '',
    '%20',
    '~',
  ];
  const slashes = ['/', '%2f', '%2F', '%252f', '%5c', '%255c', '\\', '//', '/./', '%c0%af', '%u2215'];
  const targets: string[] = [];
  for (const step of steps) {
    for (const slash of slashes) {
      targets.push(
        `${mine}/${step}${slash}${step}${slash}${there}`,
        `${mine}${slash}${step}${slash}${victim.versionId}/v1/00001.m4s`,
        `${base}${slash}${step}${slash}${there}`,
        `${mine}/v1${slash}${step}${slash}secret.txt`,
      );
    }
  }
  targets.push(
    `/s/${origin.token}//${origin.assetId}/${origin.versionId}/master.m3u8`,
    `/s//${mine.slice(3)}/master.m3u8`,
    `//s/${mine.slice(3)}/master.m3u8`,
    `${mine}//master.m3u8`,
    `${mine}/master.m3u8/`,
    `${mine}/master.m3u8%00`,
    `${mine}/master.m3u8%00.m4s`,
    `${mine}/master.m3u8;x=1`,
    `${mine}/master.m3u8%3f`,
    `${mine}/master.m3u8#x`,
    `${mine}/master%2em3u8`,
    `${mine}/%6daster.m3u8`,
    `${mine}/Master.m3u8`,
    `${mine}/master.M3U8`,
    `${mine}/V1/00001.m4s`,
    `${mine}/v1/00001.M4S`,
    `${mine}/v1/index.m3u8/00001.m4s`,
    `${mine}/v1/v2/00001.m4s`,
    `${mine}/v1/-1.m4s`,
    `${mine}/v1/1e3.m4s`,
    `${mine}/v1/00001.m4s.bak`,
    `${mine}/v1/.m4s`,
    `${mine}/v1/`,
    `${mine}/`,
    mine,
    `${base}/`,
    base,
    '/s/',
    '/s/..',
    '/s/../s',
    `${mine}/secret.txt`,
    `${mine}/master.m3u8.gz`,
    `${mine}/master-0.m3u8`,
    `${mine}/master-0720.m3u8`,
    `${mine}/master-100000.m3u8`,
    `${mine}/master-720.mpd`,
    `${mine}/manifest-720.m3u8`,
    `${mine}/master-.m3u8`,
    `${mine}/v1/master-720.m3u8`,
    `${mine}/v_1/00001.m4s`,
    `${mine}/v1/१.m4s`,
    `${mine}/${'v'.repeat(65)}/00001.m4s`,
    `${mine}/v1/${'0'.repeat(11)}.m4s`,
    `/S/${mine.slice(3)}/master.m3u8`,
    `/%73/${mine.slice(3)}/master.m3u8`,
    `${mine}/v1/00001.m4s%0a`,
    `${mine}/\u0000master.m3u8`,
    `${mine}/v1/00001.m4s\t`,
    `${mine}/v1/${'a'.repeat(5000)}.m4s`,
    `/s/${origin.token}/../${origin.token}/${there}`,
    `http://origin${mine}/master.m3u8`,
    `http://origin/..${mine}/master.m3u8`,
    `http://${mine}/master.m3u8`,
    `*`,
    `s/${mine.slice(3)}/master.m3u8`,
  );
  for (const target of targets)
    await refused(t, origin, Buffer.from(target), target.replaceAll(origin.token, '<token>').slice(0, 150));
  t.same(origin.storage.asked('read', 'stat', 'stream'), [], 'storage was not asked once');
  t.match((await rawLine(origin.port, `${mine}/master.m3u8`)).text, /\r\n\r\nmine$/, 'while the plain path is served');
});

/** Numbers from a seed, so that what fails can be run again (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

t.test('whatever is sent, storage is asked for nothing outside the version that the token names', async (t) => {
  const origin = await startOrigin(t);
  const victim = await withVictims(origin);
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.comment(`FUZZ_SEED=${seed}`);
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const pieces = [
    '/',
    '//',
    '\\',
    '..',
    '.',
    '%2e',
    '%2f',
    '%5c',
    '%00',
    '\0',
    '%',
    ';',
    '?',
    '#',
    '@',
    ':',
    '~',
    ' ',
    '\t',
    '\x7f',
    'é',
    's',
    'S',
    'v1',
    'a0-128',
    '00001.m4s',
    'init.mp4',
    'index.m3u8',
    'master.m3u8',
    'manifest.mpd',
    'master-360.m3u8',
    'manifest-720.mpd',
    'v360-365',
    'v720-3000',
    'secret.txt',
    'sources',
    'work',
    'assets',
    'upload_1',
    origin.assetId,
    origin.versionId,
    victim.assetId,
    victim.versionId,
    origin.token,
    origin.sign({ sessionId: newId('session') }),
  ];
  const prefix = publishedKey(origin.assetId, origin.versionId, '');
  const allowed =
    /^(master(-360)?\.m3u8|manifest(-720)?\.mpd|[a-z0-9-]{1,64}\/(index\.m3u8|iframes\.m3u8|init\.mp4|[0-9]{1,10}\.m4s))(\.gz|\.br)?$/;
  const good = ['s', origin.token, origin.assetId, origin.versionId, 'v1', '00001.m4s'];
  let served = 0;
  const shoot = async (): Promise<void> => {
    const parts = random() < 0.3 ? Array.from({ length: 1 + Math.floor(random() * 9) }, () => pick(pieces)) : [...good];
    for (let changes = Math.floor(random() * 3); changes > 0; changes -= 1)
      parts.splice(Math.floor(random() * parts.length), Math.floor(random() * 2), pick(pieces));
    let target = parts.map((part) => (random() < 0.03 ? '' : '/') + part).join('');
    if (random() < 0.1) target = target.replace(/[a-z.]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    const { status, text } = await rawLine(origin.port, target);
    if (status === 200 || status === 206) served += 1;
    if (text.includes(secret)) t.fail(`stole by ${JSON.stringify(target)}`);
  };
  for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, shoot));
  const asked = origin.storage.asked('read', 'stat', 'stream');
  t.same(
    [...new Set(asked)].filter((key) => !key.startsWith(prefix) || !allowed.test(key.slice(prefix.length))),
    [],
  );
  t.ok(served > 50, `${served} of 2000 were good paths, so the check was reached`);

  // The same without a network in between, where many more can be tried; and what a token up to 360 would open.
  const upTo360 = /^(a0-128|v360-365)\/|^master-360\.m3u8$/;
  for (let round = 0; round < 100_000; round += 1) {
    const target = `/s/${Array.from({ length: 1 + Math.floor(random() * 8) }, () => pick(pieces)).join(random() < 0.8 ? '/' : '')}`;
    const path = parseRequestPath(target);
    if (!path) continue;
    const plain = `/s/${path.token}/${path.assetId}/${path.versionId}/${path.file}`;
    if (target.split('?')[0] !== plain || !allowed.test(path.file) || /[%\\]|\/\/|\/\.|[^\x21-\x7e]/.test(plain))
      t.fail(JSON.stringify(target));
    if (path.rung <= 360 && !upTo360.test(path.file)) t.fail(`rung ${path.rung}: ${path.file}`);
  }
});
