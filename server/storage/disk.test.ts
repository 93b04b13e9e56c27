import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { newId } from '../kit/ids.ts';
import { sourceKey } from '../assets/storage-keys.ts';
import { runOnSmallDisk } from '../testing/small-disk.ts';
import { storageContract } from '../testing/storage-contract.ts';
import { until } from '../testing/until.ts';
import { DiskStorage } from './disk.ts';
import { InvalidKey, type Storage } from './port.ts';

storageContract(t, (t) => Promise.resolve(new DiskStorage({ path: path.join(t.testdir(), 'made', 'storage') })));

async function keysOf(storage: Storage, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of storage.list(prefix)) keys.push(object.key);
  return keys;
}

function open(t: Test): { storage: DiskStorage; root: string } {
  const root = path.join(t.testdir(), 'storage');
  return { storage: new DiskStorage({ path: root }), root };
}

t.test('what lies in the folder beside objects is not shown', async (t) => {
  const { storage, root } = open(t);
  await storage.put('a/b', 'x');
  mkdirSync(path.join(root, 'lost+found'));
  writeFileSync(path.join(root, 'a', '.b.swp'), 'x');
  writeFileSync(path.join(root, 'a', 'b~'), 'x');
  mkdirSync(path.join(t.testdirName, 'elsewhere'));
  writeFileSync(path.join(t.testdirName, 'elsewhere', 'secret'), 'x');
  symlinkSync(path.join(t.testdirName, 'elsewhere'), path.join(root, 'a', 'link'));
  t.strictSame(await keysOf(storage), ['a/b']);
  t.equal(statSync(root).mode & 0o777, 0o700, 'sources are not for every user of the machine');
});

t.test('links are not followed, wherever they stand below the root', async (t) => {
  const { storage, root } = open(t);
  await storage.put('a/film', 'ours');
  const elsewhere = path.join(t.testdirName, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(path.join(elsewhere, 'keys'), 'secret');
  symlinkSync(path.join(elsewhere, 'keys'), path.join(root, 'a', 'link'));
  symlinkSync(elsewhere, path.join(root, 'folder'));
  execFileSync('mkfifo', [path.join(root, 'a', 'pipe')]);
  for (const key of ['a/link', 'folder/keys', 'a/pipe']) {
    const missing = { name: 'ObjectNotFound' };
    await t.rejects(storage.read(key), missing, `read ${key}`);
    await t.rejects(buffer(storage.stream(key)), missing, `stream ${key}`);
    await t.rejects(buffer(storage.stream(key, { start: 0, end: 1 })), missing, `a part of ${key}`);
    t.equal(await storage.stat(key), undefined, `stat ${key}`);
    await t.rejects(storage.materialize(key, path.join(t.testdirName, 'out')), missing, `materialize ${key}`);
    t.notOk(existsSync(path.join(t.testdirName, 'out')));
  }
  t.strictSame(await keysOf(storage), ['a/film']);
  t.strictSame(await keysOf(storage, 'folder/'), []);
  for await (const prefix of storage.listPrefixes('')) t.not(prefix, 'folder/');
  await storage.put('a/link', 'ours, too');
  t.equal(readFileSync(path.join(elsewhere, 'keys'), 'utf8'), 'secret', 'a link is replaced, not written through');
  t.equal((await storage.read('a/link')).toString(), 'ours, too');

  const uploads = storage.uploadStore();
  symlinkSync(path.join(elsewhere, 'keys'), path.join(root, 'sources', 'up'));
  t.equal(await uploads.received('up'), undefined);
  await t.rejects(uploads.append('up', 6, Readable.from(['more'])), { name: 'ObjectNotFound' });
  await t.rejects(uploads.begin('up', 1));
  t.equal(readFileSync(path.join(elsewhere, 'keys'), 'utf8'), 'secret');
});

t.test('a root that is a link is followed', async (t) => {
  const folder = t.testdir({ real: {} });
  symlinkSync(path.join(folder, 'real'), path.join(folder, 'link'));
  const storage = new DiskStorage({ path: path.join(folder, 'link') });
  await storage.put('a/b', 'x');
  t.equal((await storage.read('a/b')).toString(), 'x');
  t.equal((await buffer(storage.stream('a/b'))).toString(), 'x');
  t.strictSame(await keysOf(storage), ['a/b']);
});

t.test('what is stored from a file is a plain file, and its mode is not taken over', async (t) => {
  const { storage, root } = open(t);
  const folder = path.join(t.testdirName, 'job');
  mkdirSync(folder);
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('keys'), 'secret');
  symlinkSync(at('keys'), at('link'));
  linkSync(at('keys'), at('second-name'));
  execFileSync('mkfifo', [at('pipe')]);
  for (const name of ['link', 'second-name', 'pipe'])
    await t.rejects(storage.putFile('a/b', at(name)), { name: 'NotPlainFile' }, name);
  await t.rejects(storage.putFile('a/b', '/dev/zero'), { name: 'NotPlainFile' });
  t.equal(await storage.stat('a/b'), undefined);
  writeFileSync(at('film'), 'film');
  chmodSync(at('film'), 0o6777);
  await storage.putFile('a/b', at('film'));
  t.equal((await storage.read('a/b')).toString(), 'film');
  t.equal(statSync(path.join(root, 'a', 'b')).mode & 0o7777, 0o600);
});

t.test('an object is not also a folder', async (t) => {
  const { storage } = open(t);
  await storage.put('a/b', 'x');
  await t.rejects(storage.put('a', 'y'), InvalidKey);
  await t.rejects(storage.put('a/b/c', 'y'), InvalidKey);
  await t.rejects(storage.putNew('a', 'y'), InvalidKey);
  await t.rejects(storage.putNew('a/b/c', 'y'), InvalidKey);
  await t.rejects(
    storage.delete('a').then(() => storage.read('a')),
    'nor deleted as one',
  );
  t.strictSame(await keysOf(storage), ['a/b']);
  t.equal(await storage.collectLeftovers(0), 0, 'the failed writes left nothing');
});

t.test('taking out: a hard link where possible, a copy across file systems', async (t) => {
  const { storage, root } = open(t);
  await storage.put('sources/x', 'a film');
  const near = path.join(root, 'near');
  await storage.materialize('sources/x', near);
  t.equal(statSync(near).nlink, 2, 'no bytes were copied');

  const otherDevice = mkdtempSync('/dev/shm/dramabox-test-');
  t.teardown(() => {
    rmSync(otherDevice, { recursive: true, force: true });
  });
  t.not(statSync(otherDevice).dev, statSync(root).dev, '/dev/shm is another file system');
  const far = path.join(otherDevice, 'far');
  const noRoom = { beforeCopy: async (bytes: number) => Promise.reject(new Error(`no room for ${bytes}`)) };
  await t.rejects(storage.materialize('sources/x', far, noRoom), { message: 'no room for 6' });
  t.notOk(existsSync(far), 'what was not agreed to is not copied');
  await storage.materialize('sources/x', path.join(root, 'nearer'), noRoom);
  await storage.materialize('sources/x', far);
  t.equal(readFileSync(far, 'utf8'), 'a film');
  t.equal(statSync(far).nlink, 1);
  await t.rejects(storage.materialize('sources/x', far), { code: 'EEXIST' });
  t.equal(readFileSync(far, 'utf8'), 'a film', 'the existing file is left alone');
  await t.rejects(storage.materialize('sources/x', path.join(otherDevice, 'no', 'folder')), { code: 'ENOENT' });
  // In from another file system as well.
  await storage.putFile('sources/y', far);
  t.equal((await storage.read('sources/y')).toString(), 'a film');
});

t.test('the etag follows content, not links', async (t) => {
  const { storage, root } = open(t);
  await storage.put('a', 'x');
  const before = await storage.stat('a');
  linkSync(path.join(root, 'a'), path.join(t.testdirName, 'link'));
  t.equal((await storage.stat('a'))?.etag, before?.etag);
  utimesSync(path.join(root, 'a'), 1, 1);
  t.not((await storage.stat('a'))?.etag, before?.etag);
});

t.test('a process killed in the middle of a write', async (t) => {
  const { storage, root } = open(t);
  await storage.put('sources/old', 'old');
  const incoming = path.join(root, '.dramabox', 'incoming');
  const child = fork(path.join(import.meta.dirname, '..', 'testing', 'writing-process.ts'), [root, 'sources/old']);
  const ended = once(child, 'exit');
  await until('the write has begun', () =>
    readdirSync(incoming).some((name) => statSync(path.join(incoming, name)).size > 0),
  );
  child.kill('SIGKILL');
  await ended;
  t.equal(readdirSync(incoming).length, 1, 'it left a part');
  t.equal((await storage.read('sources/old')).toString(), 'old', 'the object is as it was');
  t.strictSame(await keysOf(storage), ['sources/old'], 'the part is no object');
  t.equal(await storage.collectLeftovers(3_600_000), 0, 'it could still be in use');
  t.equal(await storage.collectLeftovers(0), 1);
  t.strictSame(readdirSync(incoming), []);
});

t.test('a removal that was interrupted is finished later', async (t) => {
  const { storage, root } = open(t);
  mkdirSync(path.join(root, '.dramabox', 'incoming', 'removed-1', 'v720'), { recursive: true });
  writeFileSync(path.join(root, '.dramabox', 'incoming', 'removed-1', 'v720', 'x'), 'x');
  t.equal(await storage.collectLeftovers(3_600_000), 1, 'whatever its age');
  t.strictSame(readdirSync(path.join(root, '.dramabox', 'incoming')), []);
});

t.test('empty folders do not pile up', async (t) => {
  const { storage, root } = open(t);
  await storage.put('work/version_1/v720/00000.ts', 'x');
  await storage.delete('work/version_1/v720/00000.ts');
  t.strictSame(readdirSync(path.join(root, 'work')), []);
  await storage.put('assets/a/v/x', 'x');
  await storage.deletePrefix('assets/a/v/');
  t.strictSame(readdirSync(path.join(root, 'assets')), []);
});

t.test('an upload lies at its key from the first byte', async (t) => {
  const { storage } = open(t);
  const store = storage.uploadStore();
  const id = newId('upload');
  await store.begin(id, 1);
  await store.append(id, 0, Readable.from(['half']));
  t.equal((await storage.read(sourceKey(id))).toString(), 'half');
  t.strictSame(await keysOf(storage), [sourceKey(id)], 'and nothing but it');
  await storage.delete(sourceKey(id));
  t.equal(await store.received(id), undefined, 'deleted as an object, it is gone as an upload');
  await storage.deletePrefix('sources/');
  await store.begin(id, 1);
  t.strictSame(await keysOf(storage), [sourceKey(id)], 'and uploads go on');
});

t.test('a folder that cannot be used', async (t) => {
  const folder = t.testdir({ file: 'x' });
  t.throws(() => new DiskStorage({ path: path.join(folder, 'file', 'storage') }), /storage folder .* cannot be made/);
  const { storage, root } = {
    storage: new DiskStorage({ path: path.join(folder, 's') }),
    root: path.join(folder, 's'),
  };
  rmSync(path.join(root, '.dramabox'), { recursive: true });
  await t.rejects(storage.check(), /cannot be written to/);
  await t.rejects(buffer(storage.stream('nothing')), { name: 'ObjectNotFound' });
});

t.test('a full disk', async (t) => {
  const folder = t.testdir();
  const output = await runOnSmallDisk(t, path.join(import.meta.dirname, '..', 'testing', 'full-disk-process.ts'), {
    folder,
    mebibytes: 1,
  });
  if (output === undefined) return;
  const result = JSON.parse(output || '{}') as Record<string, unknown>;
  t.match(result, {
    put: 'insufficient_storage',
    putFile: 'insufficient_storage',
    write: 'insufficient_storage',
    small: 'fits',
    leftovers: 0,
    keys: ['small', /^sources\/upload_/],
    resumed: true,
  });
  t.notOk(existsSync(path.join(folder, 'storage')), 'nothing of it is left outside');
});
