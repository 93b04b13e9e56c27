import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { checkDeclaration, checkRoom, displayName, readDeclaration, titleOf } from './admission.ts';
import { isMatch, parseChecksum, startHash } from './checksum.ts';

t.test('names for display', async (t) => {
  for (const [given, shown] of [
    ['clip.mp4', 'clip.mp4'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\films\\a.mkv', 'a.mkv'],
    ['a\r\nSet-Cookie: x=1.mp4', 'a Set-Cookie: x=1.mp4'],
    ['..', 'untitled'],
    ['', 'untitled'],
    ['///', 'untitled'],
    ['a\u0000b.mp4', 'a b.mp4'],
    ['\u202Egpj.4pm', 'gpj.4pm'],
    ['"quoted" \'name\'.mp4', '"quoted" \'name\'.mp4'],
    ['<script>alert(1)<\u2028/script>.mp4', 'script>.mp4'],
    ['短剧 第一集.mp4', '短剧 第一集.mp4'],
    ['می\u200Cخواهم.mp4', 'می\u200Cخواهم.mp4'],
  ] as const)
    t.equal(displayName(given), shown, encodeURI(given));
  t.equal([...displayName(`${'😀'.repeat(300)}.mp4`)].length, 255, 'cut between characters');
  t.equal(titleOf('Episode 1.final.mp4'), 'Episode 1.final');
  t.equal(titleOf('.mp4'), '.mp4');
  t.equal(titleOf('no extension'), 'no extension');
  t.equal(titleOf('Interview v1.2'), 'Interview v1.2', 'a dot in a name is no extension');
  t.equal(titleOf('Talk No.5.mkv'), 'Talk No.5');
});

t.test('declarations', async (t) => {
  const config = { ...loadConfig().uploads, maxBytes: 1000 };
  const check = (filename: string | undefined, filetype: string | undefined, bytes = 10) => {
    const declaration = readDeclaration(
      { ...(filename === undefined ? {} : { filename }), ...(filetype === undefined ? {} : { filetype }) },
      bytes,
    );
    checkDeclaration(declaration, config);
    return declaration;
  };
  t.same(check('a.mp4', 'Video/MP4; codecs=x'), { filename: 'a.mp4', type: 'video/mp4', bytes: 10 });
  t.equal(check(undefined, undefined).type, 'application/octet-stream');
  t.doesNotThrow(() => check('Vol. 2 the end', 'video/mp4'), 'a dot in a title is no extension');
  t.doesNotThrow(() => check('x.MOV', ''));
  for (const name of ['x.m3u8', 'x.exe', 'x.svg', 'x.mp4.html', 'x.txt', 'x.mpd', 'x.concat']) {
    if (name === 'x.concat')
      t.doesNotThrow(() => check(name, 'video/mp4'), 'too long for an extension: the probe decides');
    else t.throws(() => check(name, 'video/mp4'), { code: 'upload_type_not_allowed' }, name);
  }
  for (const type of [
    'text/html',
    'application/vnd.apple.mpegurl',
    'image/svg+xml',
    'video/',
    'video/m\u0000p4',
    'video/<b>',
    'video/a/b',
    'video/é',
  ])
    t.throws(() => check('x.mp4', type), { code: 'upload_type_not_allowed' }, type);
  for (const [name, type] of [
    ['a.mp4', 'application/mp4'],
    ['a.mkv', 'application/x-matroska'],
    ['a.ts', 'text/vnd.trolltech.linguist'],
    ['a.mts', 'model/vnd.mts'],
    ['a.mod', 'audio/x-mod'],
    ['a.rm', 'application/vnd.rn-realmedia'],
    ['a.ps', 'application/postscript'],
    ['a.ts', 'video/vnd.dlna.mpeg-tts'],
    ['a.ogv', 'application/ogg'],
    ['a.mp4', 'videos/mp4'],
    ['a.h264', ''],
    ['a.265', undefined],
    ['a.ivf', 'application/octet-stream'],
    ['a.dv', 'x-world/x-dv'],
    ['Interview v1.2', 'video/mp4'],
    ['Interview v1.2', 'application/octet-stream'],
    ['a.unheard', 'application/x-unheard'],
    ['', ''],
  ] as const)
    t.doesNotThrow(() => check(name, type), `${name} as ${type}: the probe decides`);
  t.throws(() => check('notes.txt', 'text/plain'), { message: 'notes.txt is not a video.' });
  t.throws(() => check('notes', 'text/plain'), { message: 'notes is not a video: it was sent as text/plain.' });
  t.throws(() => check('Interview v1.2', 'application/pdf'), { code: 'upload_type_not_allowed' });
  t.throws(() => check('x.mp4', 'video/mp4', 1001), {
    code: 'upload_too_large',
    extras: { bytes: 1001, maxBytes: 1000 },
  });
  t.throws(() => check('x.exe', 'video/mp4'), { code: 'upload_type_not_allowed', extras: { extension: 'exe' } });
  t.throws(() => check('x.mp4', 'text/html'), { code: 'upload_type_not_allowed', extras: { mediaType: 'text/html' } });
});

t.test('room', async (t) => {
  t.doesNotThrow(() => checkRoom(100, { freeBytes: undefined, promisedBytes: 1e15, minFreeBytes: 1e15 }), 'no limit');
  t.doesNotThrow(() => checkRoom(100, { freeBytes: 350, promisedBytes: 200, minFreeBytes: 50 }));
  t.throws(() => checkRoom(101, { freeBytes: 350, promisedBytes: 200, minFreeBytes: 50 }), {
    code: 'insufficient_storage',
  });
});

t.test('checksums', async (t) => {
  const given = parseChecksum('sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=');
  if (!given) throw new Error('not parsed');
  t.ok(isMatch(startHash(given).update('hello world'), given), 'the example of the tus specification');
  t.notOk(isMatch(startHash(given).update('hello world!'), given));
  t.equal(parseChecksum(undefined), undefined);
  for (const header of [
    '',
    'sha1',
    'sha1 ',
    'crc32 AAAA',
    'sha1 AAAA',
    'sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
    'sha1 $$$',
    `sha256 ${'A'.repeat(500)}`,
  ]) {
    t.throws(() => parseChecksum(header), { code: 'invalid_request' }, JSON.stringify(header.slice(0, 40)));
  }
});
