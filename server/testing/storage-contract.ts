import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { newId } from '../kit/ids.ts';
import { chunkKey, publishedKey, sourceKey, versionPrefix } from '../assets/storage-keys.ts';
import {
  InvalidKey,
  longestPresignedMs,
  ObjectNotFound,
  ObjectReplaced,
  type PresignedRequest,
  type Storage,
} from '../storage/port.ts';
import type { ObjectStorage } from './memory-storage.ts';
import { until } from './until.ts';

/**
 * Keys no adapter may accept, each of which once was somebody's hole. They are chosen so that an adapter without its
 * defence does no harm: they climb no further than the test's own folder, and name nothing that exists outside.
 */
const badKeys = [
  '',
  '/',
  '.',
  '..',
  '/dev/null/x',
  '../x',
  'a/../x',
  '../../outside',
  'a/..',
  'a/./x',
  './a',
  'a//b',
  'a/',
  '/a',
  'a\\b',
  '..\\a',
  'a\0b',
  'a\0',
  'a/\n',
  'a b',
  'a%2fb',
  'a%00',
  'C:/x',
  '~/x',
  'ü',
  'a/\u2025/b',
  '\ud800',
  '.hidden',
  'a/.hidden',
  '.dramabox/uploads/x',
  '-rf',
  'x'.repeat(256),
  `${'x/'.repeat(512)}x`,
];

/** A folder for local files. Not t.testdir(): the adapter may have its storage in there. */
function scratch(t: Test): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-storage-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function keysOf(storage: Pick<Storage, 'list'>, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of storage.list(prefix)) keys.push(object.key);
  return keys;
}

async function idsOf(ids: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const id of ids) found.push(id);
  return found;
}

/**
 * What every storage adapter promises. `open` makes an empty storage for each test; one on a file system lies at
 * least two folders deep in a folder of the test.
 */
export function storageContract(t: Test, open: (t: Test) => Promise<Storage>): void {
  listingContract(t, open);

  t.test('what is put is read, whole, in parts and described', async (t) => {
    const storage = await open(t);
    const body = randomBytes(700_001);
    const key = publishedKey('asset_A', 'version_1', 'v720-3000/00001.m4s');
    const before = Date.now();
    await storage.put(key, body);
    t.ok(body.equals(await storage.read(key)), 'read');
    t.ok(body.equals(await buffer(storage.stream(key))), 'stream');
    t.ok(
      body.subarray(10, 300_001).equals(await buffer(storage.stream(key, { start: 10, end: 300_000 }))),
      'a range, both ends included',
    );
    t.ok(body.subarray(5, 6).equals(await buffer(storage.stream(key, { start: 5, end: 5 }))), 'one byte');
    t.ok(
      body.subarray(700_000).equals(await buffer(storage.stream(key, { start: 700_000, end: 9e9 }))),
      'a range beyond the end',
    );
    t.equal(
      (await buffer(storage.stream(key, { start: 700_001, end: 700_001 }))).length,
      0,
      'behind the end there is nothing',
    );
    const described = await storage.stat(key);
    t.match(described, { key, bytes: 700_001, etag: /^[^"\s]+$/ });
    t.ok(Math.abs((described?.modifiedAt ?? 0) - before) < 60_000, 'modified now');
    await storage.put('empty', '');
    t.equal((await storage.read('empty')).length, 0);
    t.equal(await text(storage.stream('empty')), '');
    t.equal((await storage.stat('empty'))?.bytes, 0);
    await storage.put('text', 'grüezi');
    t.equal((await storage.read('text')).toString(), 'grüezi', 'strings are UTF-8');
  });

  t.test('what is not there', async (t) => {
    const storage = await open(t);
    const folder = scratch(t);
    await storage.put('a/b', 'x');
    for (const key of ['nothing', 'a', 'a/c', 'a/b/c', 'no/such/folder']) {
      await t.rejects(storage.read(key), ObjectNotFound, `read ${key}`);
      await t.rejects(buffer(storage.stream(key)), ObjectNotFound, `stream ${key}`);
      await t.rejects(storage.materialize(key, path.join(folder, 'x')), ObjectNotFound, `materialize ${key}`);
      t.equal(await storage.stat(key), undefined, `stat ${key}`);
      await storage.delete(key);
    }
    await storage.deletePrefix('no/such/folder/');
    await storage.deletePrefix('a/b/');
    t.strictSame(await keysOf(storage), ['a/b'], 'deleting it changed nothing');
    t.strictSame(await keysOf(storage, 'nothing/'), []);
  });

  t.test('a read that was called off is given up', async (t) => {
    const storage = await open(t);
    await storage.put('a/b', randomBytes(100_000));
    const reason = new Error('nobody waits any more');
    const aborted = AbortSignal.abort(reason);
    await t.rejects(storage.read('a/b', aborted), reason);
    await t.rejects(storage.stat('a/b', aborted), reason);
    // In the middle of it: the object was there already, or the reason is.
    const calling = new AbortController();
    const read = storage.read('a/b', calling.signal).then(
      ({ length }) => length,
      (error: unknown) => error,
    );
    calling.abort(reason);
    t.ok([100_000, reason].includes((await read) as Error), 'with the very reason');
    t.equal((await storage.read('a/b', new AbortController().signal)).length, 100_000, 'and the next one is served');
  });

  t.test('keys that are none', async (t) => {
    const storage = await open(t);
    const file = path.join(scratch(t), 'file');
    writeFileSync(file, 'x');
    for (const key of badKeys) {
      const name = JSON.stringify(key.slice(0, 30));
      await t.rejects(storage.put(key, 'x'), InvalidKey, `put ${name}`);
      await t.rejects(storage.putNew(key, 'x'), InvalidKey, `putNew ${name}`);
      await t.rejects(storage.putFile(key, file), InvalidKey, `putFile ${name}`);
      await t.rejects(storage.read(key), InvalidKey, `read ${name}`);
      await t.rejects(buffer(storage.stream(key)), InvalidKey, `stream ${name}`);
      await t.rejects(storage.stat(key), InvalidKey, `stat ${name}`);
      await t.rejects(storage.delete(key), InvalidKey, `delete ${name}`);
      await t.rejects(storage.materialize(key, `${file}-copy`), InvalidKey, `materialize ${name}`);
      if (key !== 'a/') await t.rejects(storage.deletePrefix(key), InvalidKey, `deletePrefix ${name}`);
      if (key !== 'a/' && key !== '') await t.rejects(keysOf(storage, key), InvalidKey, `list ${name}`);
    }
    await t.rejects(storage.deletePrefix(''), InvalidKey, 'everything at once');
    await t.rejects(storage.deletePrefix('a'), InvalidKey, 'a prefix without its "/" would take "ab" too');
    await t.rejects(buffer(storage.stream('a', { start: 2, end: 1 })), RangeError);
    await t.rejects(buffer(storage.stream('a', { start: -1, end: 1 })), RangeError);
    t.strictSame(await keysOf(storage), [], 'nothing was written anywhere');
  });

  t.test('a replacement is whole and changes the etag', async (t) => {
    const storage = await open(t);
    const key = 'assets/a/v/master.m3u8';
    await storage.put(key, 'A'.repeat(100_000));
    const first = await storage.stat(key);
    let stop = false;
    const seen = new Set<string>();
    const reader = (async () => {
      while (!stop) {
        const content = (await storage.read(key)).toString();
        seen.add(`${content[0]}${content.length}${new Set(content).size}`);
      }
    })();
    for (let i = 0; i < 20; i++) await storage.put(key, (i % 2 ? 'A' : 'B').repeat(100_000));
    stop = true;
    await reader;
    for (const sight of seen) t.match(sight, /^[AB]1000001$/, 'a reader saw the old or the new object');
    await storage.put(key, 'C'.repeat(100_000));
    const second = await storage.stat(key);
    t.not(second?.etag, first?.etag, 'also with the same length');
    const part = { start: 1, end: 5 };
    t.equal((await buffer(storage.stream(key, { ...part, etag: second?.etag ?? '' }))).toString(), 'CCCCC');
    await storage.put(key, 'B'.repeat(100_000));
    await t.rejects(
      buffer(storage.stream(key, { ...part, etag: second?.etag ?? '' })),
      ObjectReplaced,
      'parts of two objects do not mix',
    );
    const streaming = storage.stream(key);
    await Promise.all([1, 2, 3, 4].map((n) => storage.put(key, String(n).repeat(1000))));
    streaming.destroy();
    t.match((await storage.read(key)).toString(), /^(1+|2+|3+|4+)$/, 'of several writers one wins, whole');
    t.strictSame(await keysOf(storage), [key]);
  });

  t.test('of several who make an object, one does', async (t) => {
    const storage = await open(t);
    const key = 'assets/a/v/lock';
    const writers = Array.from({ length: 12 }, (_, i) => String.fromCharCode(65 + i).repeat(10_000));
    const wrote = await Promise.all(writers.map((body) => storage.putNew(key, body)));
    t.equal(wrote.filter(Boolean).length, 1, 'exactly one');
    t.equal((await storage.read(key)).toString(), writers[wrote.indexOf(true)], 'and its bytes are there');
    t.equal(await storage.putNew(key, 'later'), false);
    t.equal((await storage.read(key)).length, 10_000, 'what is there stays');
    await storage.put(key, 'replaced');
    await storage.delete(key);
    t.equal(await storage.putNew(key, 'again'), true, 'once it is deleted, there is room for another');
    t.equal((await storage.read(key)).toString(), 'again');
    t.strictSame(await keysOf(storage), [key]);
    t.equal(await storage.collectLeftovers(0), 0, 'those who lost left nothing');
  });

  t.test('addresses for others, where there are any', async (t) => {
    const storage = await open(t);
    const key = 'exports/report.csv';
    await storage.put(key, 'a;b');
    for (const expiresInMs of [0, 999, NaN, longestPresignedMs + 1])
      await t.rejects(storage.presign(key, { method: 'GET', expiresInMs }), RangeError, `${expiresInMs} ms`);
    await t.rejects(storage.presign('../x', { method: 'GET', expiresInMs: 1000 }), InvalidKey);
    t.equal(
      (await storage.presign(key, { method: 'GET', expiresInMs: longestPresignedMs })) === undefined,
      (await storage.presign(key, { method: 'GET', expiresInMs: 1000 })) === undefined,
    );
    const get = await storage.presign(key, { method: 'GET', expiresInMs: 60_000, fileName: 'Bericht "März" 1.csv' });
    if (!get) return;
    const send = ({ method, url, headers }: PresignedRequest, change: RequestInit = {}) =>
      fetch(url, { method, headers: { ...headers }, ...change });
    const answer = await send(get);
    t.equal(answer.status, 200);
    t.equal(await answer.text(), 'a;b');
    t.match(
      answer.headers.get('content-disposition'),
      /^attachment; .*filename\*=UTF-8''Bericht%20%22M%C3%A4rz%22%201.csv/,
    );
    t.ok(Math.abs(get.expiresAt - Date.now() - 60_000) < 10_000);
    for (const method of ['PUT', 'DELETE'])
      t.ok((await send(get, { method, ...(method === 'PUT' && { body: 'x' }) })).status >= 400, `no ${method} with it`);
    const other = new URL(get.url);
    other.pathname = other.pathname.replace('report', 'secret');
    t.ok((await fetch(other)).status >= 400, 'nor another object');

    const put = await storage.presign('imports/in.bin', {
      method: 'PUT',
      expiresInMs: 60_000,
      contentType: 'application/x-test',
      bytes: 5,
    });
    t.ok(put, 'a store that has the one has the other');
    if (!put) return;
    t.ok((await send(put, { body: 'longer than said' })).status >= 400, 'not more bytes than agreed');
    t.ok(
      (await send(put, { body: '12345', headers: { ...put.headers, 'content-type': 'text/html' } })).status >= 400,
      'nor of another type',
    );
    t.equal(await storage.stat('imports/in.bin'), undefined);
    t.equal((await send(put, { body: '12345' })).status, 200);
    t.equal((await storage.read('imports/in.bin')).toString(), '12345');

    const short = await storage.presign(key, { method: 'GET', expiresInMs: 1000 });
    await until('the address has expired', async () => (await send(short!)).status >= 400, { everyMs: 200 });
    t.equal((await storage.read(key)).toString(), 'a;b');
  });

  t.test('deletes one and many', async (t) => {
    const storage = await open(t);
    for (const version of ['version_1', 'version_2']) {
      for (const file of ['master.m3u8', 'v1/00001.m4s', 'v1/00002.m4s'])
        await storage.put(publishedKey('asset_A', version, file), 'x');
    }
    await storage.put('assets/asset_AB/version_1/x', 'x');
    await storage.deletePrefix(versionPrefix('asset_A', 'version_1'));
    t.strictSame(
      await keysOf(storage, 'assets/asset_A/'),
      ['master.m3u8', 'v1/00001.m4s', 'v1/00002.m4s'].map((file) => publishedKey('asset_A', 'version_2', file)),
    );
    await storage.delete(publishedKey('asset_A', 'version_2', 'v1/00001.m4s'));
    await storage.delete(publishedKey('asset_A', 'version_2', 'v1/00001.m4s'));
    await storage.deletePrefix('assets/asset_A/');
    t.strictSame(await keysOf(storage), ['assets/asset_AB/version_1/x'], 'a longer name is another one');
    // Writers and removers of the same folder do not trip over each other.
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await storage.put(`work/v/r/${i}`, 'x');
        if (i % 2) await storage.delete(`work/v/r/${i}`);
      }),
    );
    t.equal((await keysOf(storage, 'work/v/')).length, 20);
  });

  t.test('local files in and out', async (t) => {
    const storage = await open(t);
    const folder = scratch(t);
    const file = path.join(folder, 'in.ts');
    const body = randomBytes(300_000);
    writeFileSync(file, body);
    await storage.putFile('work/v/r/00000.ts', file);
    writeFileSync(file, 'the encoder goes on with its file');
    t.ok(body.equals(await storage.read('work/v/r/00000.ts')), 'the object does not change with the file');
    unlinkSync(file);
    const copy = path.join(folder, 'out.ts');
    const announced: number[] = [];
    const arrived: number[] = [];
    await storage.materialize('work/v/r/00000.ts', copy, {
      beforeCopy: async (bytes) => {
        announced.push(bytes);
      },
      onBytes: (bytes) => arrived.push(bytes),
    });
    t.ok(body.equals(readFileSync(copy)));
    t.strictSame(announced, statSync(copy).nlink > 1 ? [] : [300_000], 'a copy is announced, a hard link is not');
    t.equal(arrived.at(-1), announced[0], 'how far it is, is told');
    const stopped = storage.materialize('work/v/r/00000.ts', `${copy}-2`, {
      signal: AbortSignal.abort(new Error('no')),
    });
    await t.rejects(stopped, { message: 'no' });
    t.notOk(existsSync(`${copy}-2`), 'nothing of one that was stopped');
    await t.rejects(
      storage.materialize('work/v/r/00000.ts', copy),
      { code: 'EEXIST' },
      'a target that exists is not touched',
    );
    await storage.put('work/v/r/00000.ts', 'replaced');
    t.ok(body.equals(readFileSync(copy)), 'what was taken out stays as it was');
    await storage.deletePrefix('work/');
    t.equal(statSync(copy).size, 300_000);
    await t.rejects(storage.putFile('work/x', path.join(folder, 'missing')), { code: 'ENOENT' });
    await t.rejects(storage.materialize('work/x', path.join(folder, 'y')), ObjectNotFound);
    t.strictSame(await keysOf(storage), []);
  });

  t.test('answers for itself', async (t) => {
    const storage = await open(t);
    await storage.check();
    const free = await storage.freeBytes();
    t.ok(free === undefined || free > 0);
    t.strictSame(await storage.warnings(), []);
    t.equal(await storage.collectLeftovers(0), 0, 'a clean storage has no leftovers');
    t.strictSame(await keysOf(storage), []);
  });

  t.test('an upload arrives in pieces and becomes an object', async (t) => {
    const storage = await open(t);
    const store = storage.uploadStore();
    const id = newId('upload');
    t.equal(await store.received(id), undefined);
    await store.begin(id, 10);
    t.equal(await store.received(id), 0);
    t.equal(await store.append(id, 0, Readable.from([Buffer.from('0123')])), 4);
    await store.begin(id, 10);
    t.equal(await store.received(id), 4, 'begun again, it is as it was');

    // Another process goes on: after a restart of the server.
    const again = storage.uploadStore();
    t.equal(await again.received(id), 4);
    t.equal(await again.append(id, 4, Readable.from([Buffer.from('4')])), 5);
    for (const offset of [0, 4, 6]) {
      const bytes = Readable.from(['x']);
      await t.rejects(again.append(id, offset, bytes), RangeError, `it continues at 5, not at ${offset}`);
      t.ok(bytes.destroyed, 'and nobody goes on sending');
    }
    t.equal(await again.append(id, 5, Readable.from([])), 5, 'nothing is a piece as well');
    // A look for lost ones finds it: in a listing of objects, or in that of uploads.
    t.strictSame(
      [...(await keysOf(storage, sourceKey(''))), ...(await idsOf(again.unlisted())).map(sourceKey)],
      [sourceKey(id)],
      'it can be found without its id',
    );
    t.equal(await storage.collectLeftovers(0), 0, 'an upload in hand is no leftover');

    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('5');
        await Promise.resolve();
        throw new Error('the connection is gone');
      })(),
    );
    await t.rejects(again.append(id, 5, broken), /the connection is gone/);
    const offset = (await again.received(id)) ?? 0;
    t.ok(offset === 5 || offset === 6, 'what came before the break may be kept');
    t.equal(await again.append(id, offset, Readable.from([Buffer.from('56789'.slice(offset - 5))])), 10);
    await Promise.all([again.finish(id), again.finish(id)]);
    await store.finish(id);
    t.equal((await storage.read(sourceKey(id))).toString(), '0123456789');
    t.strictSame(await keysOf(storage), [sourceKey(id)], 'and nothing but it');
    t.strictSame(await idsOf(store.unlisted()), []);
    t.equal(await again.received(id), 10, 'also where nobody noted that it is finished');
    await store.begin(id, 10);
    t.equal(await again.received(id), 10, 'nor does it begin anew');
    t.equal(await storage.collectLeftovers(0), 0);

    const empty = newId('upload');
    await store.begin(empty, 0);
    await store.finish(empty);
    t.equal((await storage.read(sourceKey(empty))).length, 0, 'an empty file is a file');

    const unfinished = newId('upload');
    await store.begin(unfinished, 8);
    await store.append(unfinished, 0, Readable.from(['half']));
    for (const each of [id, empty, unfinished]) {
      await again.remove(each);
      await again.remove(each);
      t.equal(await again.received(each), undefined, 'what was removed is unknown');
      const bytes = Readable.from(['x']);
      await t.rejects(again.append(each, 0, bytes), ObjectNotFound, 'and takes nothing');
      t.ok(bytes.destroyed);
      await t.rejects(again.finish(each), ObjectNotFound);
    }
    t.strictSame(await keysOf(storage), []);
    t.strictSame(await idsOf(again.unlisted()), []);
  });

  t.test('a large upload arrives as it was sent', async (t) => {
    const storage = await open(t);
    const store = storage.uploadStore();
    const id = newId('upload');
    const parts = Array.from({ length: 64 }, () => randomBytes(65_537));
    await store.begin(id, 64 * 65_537);
    t.equal(await store.append(id, 0, Readable.from(parts)), 64 * 65_537);
    await store.finish(id);
    const expected = createHash('sha256');
    for (const part of parts) expected.update(part);
    t.equal(
      createHash('sha256')
        .update(await storage.read(sourceKey(id)))
        .digest('hex'),
      expected.digest('hex'),
    );
  });

  t.test('upload ids that are none', async (t) => {
    const storage = await open(t);
    const store = storage.uploadStore();
    await storage.put('secret', 'x');
    for (const id of ['../secret', '..', '/dev/null/x', 'a/b', 'a\0', '.dramabox', 'x'.repeat(300)]) {
      const name = JSON.stringify(id.slice(0, 30));
      await t.rejects(store.begin(id, 1), InvalidKey, `begin ${name}`);
      await t.rejects(store.append(id, 0, Readable.from(['y'])), InvalidKey, `append ${name}`);
      await t.rejects(store.received(id), InvalidKey, `received ${name}`);
      await t.rejects(store.finish(id), InvalidKey, `finish ${name}`);
      await t.rejects(store.remove(id), InvalidKey, `remove ${name}`);
    }
    t.equal((await storage.read('secret')).toString(), 'x');
    t.strictSame(await keysOf(storage), ['secret']);
  });
}

/** What every listing promises, also one that takes no uploads. `open` makes an empty storage for each test. */
export function listingContract(t: Test, open: (t: Test) => Promise<ObjectStorage>): void {
  t.test('lists in key order, below a prefix only', async (t) => {
    const storage = await open(t);
    const keys = [
      'a',
      'b-1/x',
      'b/2',
      'b/10',
      'b/1',
      'b/c/d/e',
      'b.x',
      'b0',
      'B',
      '_',
      'b/c-d',
      'b/c.d',
      'c/1',
      chunkKey('v', 'v720', 0),
    ];
    for (const key of keys) await storage.put(key, key);
    t.strictSame(await keysOf(storage), [...keys].sort(), 'all');
    t.strictSame(await keysOf(storage, 'b/'), keys.filter((key) => key.startsWith('b/')).sort(), 'below b/');
    t.strictSame(await keysOf(storage, 'b/c/'), ['b/c/d/e']);
    for (const after of ['b/1', 'b/c/d', 'b/c/d/e', 'b/c', 'b/', 'a', 'zz', 'b/c/d/e/f', 'b/c-d']) {
      const behind: string[] = [];
      for await (const { key } of storage.list('b/', after)) behind.push(key);
      t.strictSame(behind, keys.filter((key) => key.startsWith('b/') && key > after).sort(), `behind ${after}`);
    }
    for await (const object of storage.list('b/')) {
      t.strictSame(object, await storage.stat(object.key), 'entries say what stat says');
      break;
    }
  });

  t.test('lists the folders of one level', async (t) => {
    const storage = await open(t);
    for (const key of ['a', 'b/1', 'b/c/d/e', 'b/c/f', 'b-1/x', 'b.x/y', 'b/b/x', 'bb/c/x'])
      await storage.put(`top/${key}`, 'x');
    const prefixes = async (prefix: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const each of storage.listPrefixes(prefix)) found.push(each);
      return found;
    };
    t.ok((await prefixes('')).includes('top/'), 'of the whole');
    t.strictSame(
      await prefixes('top/'),
      ['b-1/', 'b.x/', 'b/', 'bb/'].map((folder) => `top/${folder}`),
      'each once, in order',
    );
    for (const after of ['top/b.x/', 'top/b/', 'top/b-2/', 'top/bb/', 'top/', 'top/a/']) {
      const behind: string[] = [];
      for await (const each of storage.listPrefixes('top/', after)) behind.push(each);
      const folders = ['b-1/', 'b.x/', 'b/', 'bb/'].map((folder) => `top/${folder}`);
      t.strictSame(
        behind,
        folders.filter((folder) => folder > after),
        `behind ${after}`,
      );
    }
    t.strictSame(await prefixes('top/b/'), ['top/b/b/', 'top/b/c/']);
    t.strictSame(await prefixes('top/b/c/'), ['top/b/c/d/']);
    for (const none of ['top/b/c/d/', 'nothing/', 'top/a/', 'top/c/']) t.strictSame(await prefixes(none), [], none);
    await t.rejects(prefixes('b'), InvalidKey, 'a prefix ends in "/"');
    for (const key of badKeys)
      if (key !== '' && key !== 'a/') await t.rejects(prefixes(key), InvalidKey, JSON.stringify(key.slice(0, 30)));
    await storage.deletePrefix('top/b/c/');
    t.strictSame(await prefixes('top/b/'), ['top/b/b/'], 'a folder goes with its last object');
  });
}
