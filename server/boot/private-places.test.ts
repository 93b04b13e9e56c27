import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { closeToOthers, findOpen } from '../kit/file-modes.ts';
import { createLogger } from '../kit/logger.ts';
import { openSqlite } from '../db/sqlite.ts';
import { DiskStorage } from '../storage/disk.ts';
import { noticeOfOpen, privatePlaces } from './private-places.ts';

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);
const skip = process.platform === 'win32' ? 'Windows has no such modes' : false;

t.test('what others can open is closed to them at the start, and named', { skip }, async (t) => {
  const dataDir = path.join(t.testdir(), 'data');
  const config = loadConfig({ overrides: { dataDir } });
  const keys = path.join(dataDir, 'keys');
  const elsewhere = t.testdir({ 'not-ours': '' });
  for (const folder of [dataDir, keys, config.storage.path]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  }
  const { path: db } = config.database;
  const files = [db, `${db}-wal`, `${db}-shm`, path.join(keys, 'access.json'), path.join(dataDir, 'sessions.jsonl')];
  for (const file of files) {
    writeFileSync(file, '');
    chmodSync(file, 0o664);
  }
  chmodSync(path.join(elsewhere, 'not-ours'), 0o644);
  symlinkSync(path.join(elsewhere, 'not-ours'), path.join(keys, 'link.json'));

  t.same(
    findOpen(privatePlaces(config))
      .map((place) => place.path)
      .sort(),
    [dataDir, keys, config.storage.path, ...files].sort(),
    'the doctor names them',
  );
  t.match(noticeOfOpen(findOpen(privatePlaces(config))).detail, /keys \(0755, should be 0700\)/);
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  t.same(closeToOthers(privatePlaces(config), logger), []);
  for (const folder of [dataDir, keys, config.storage.path]) t.equal(modeOf(folder), '700', folder);
  for (const file of files) t.equal(modeOf(file), '600', file);
  t.equal(modeOf(path.join(elsewhere, 'not-ours')), '644', 'what a link leads to is not ours');
  t.equal(lines.length, 3 + files.length);
  t.match(lines.join(''), /"was":"0664","is":"0600"/);
  t.same(findOpen(privatePlaces(config)), []);
});

t.test('what is made is closed to others whatever the umask', { skip }, async (t) => {
  const before = process.umask(0);
  t.teardown(() => void process.umask(before));
  const folder = t.testdir();
  const file = path.join(folder, 'db', 'dramabox.db');
  mkdirSync(path.dirname(file), { mode: 0o755 });
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  const database = openSqlite({ path: file });
  await database.migrate();
  for (const each of [file, `${file}-wal`, `${file}-shm`]) t.equal(modeOf(each), '600', each);
  await database.close();

  const root = path.join(folder, 'storage');
  mkdirSync(root, { mode: 0o777 });
  const storage = new DiskStorage({ path: root });
  const uploads = storage.uploadStore();
  await storage.put('published/asset/version/master.m3u8', 'x');
  await uploads.begin('upload_1', 1);
  for (const each of ['.', '.dramabox', '.dramabox/incoming', 'sources', 'published', 'published/asset/version'])
    t.equal(modeOf(path.join(root, each)), '700', each);
  for (const each of ['published/asset/version/master.m3u8', 'sources/upload_1'])
    t.equal(modeOf(path.join(root, each)), '600', each);
});
