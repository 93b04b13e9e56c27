import path from 'node:path';
import t from 'tap';
import type { OpenDatabase } from '../db/port.ts';
import { openSqlite } from '../db/sqlite.ts';
import { DiskStorage } from '../storage/disk.ts';
import type { Storage } from '../storage/port.ts';
import { unconfined } from '../../transcoder/child/confinement.ts';
import type { ToolReport, Tools } from '../../transcoder/tools.ts';
import {
  examineDatabase,
  examineFolder,
  examineNode,
  examineStorage,
  examineTools,
  examineWebApps,
  exitCodeOf,
  renderFindings,
} from './examinations.ts';

t.test('Node', async (t) => {
  t.match(examineNode('24.21.0'), { status: 'ok' });
  t.match(examineNode('22.18.0'), { status: 'ok' });
  t.match(examineNode('22.17.9'), { status: 'missing', detail: /22\.18 or newer/ });
  t.match(examineNode('20.20.2'), { status: 'missing' });
});

t.test('programs', async (t) => {
  const tool = (name: 'ffmpeg' | 'ffprobe' | 'packager') =>
    ({ name, tool: { path: `/usr/bin/${name}`, version: '5.1', origin: 'PATH' } }) as const;
  const all: ToolReport[] = [tool('ffmpeg'), tool('ffprobe'), tool('packager')];
  const tools: Tools = {
    ffmpeg: tool('ffmpeg').tool,
    ffprobe: tool('ffprobe').tool,
    packager: tool('packager').tool,
    canToneMap: true,
    passFrames: [],
    confinement: { ...unconfined, way: 'unshare', lost: [] },
  };
  t.ok(examineTools(all, tools).every(({ status }) => status === 'ok'));
  const lacking = examineTools(
    [tool('ffmpeg'), { name: 'ffprobe', problem: 'ffprobe was not found: install it.' }],
    new Error('ffprobe was not found'),
  );
  t.match(lacking, [{ status: 'ok' }, { name: 'ffprobe', status: 'missing', detail: /install it/ }]);
  t.match(examineTools(all, new Error('built without libx264')).at(-1), { status: 'missing', detail: /libx264/ });
  t.match(
    examineTools(all, { ...tools, canToneMap: false }).find(({ name }) => name === 'HDR'),
    { status: 'warning' },
  );
  const free = { ...tools, confinement: { ...unconfined, why: 'unshare: Operation not permitted' } };
  t.match(
    examineTools(all, free).find(({ name }) => name === 'confinement'),
    { status: 'warning', detail: /network.*files.*processes.*root.*memory.*not permitted/s },
  );
  const required = examineTools(all, free, 'required');
  t.match(
    required.find(({ name }) => name === 'confinement'),
    { status: 'missing', detail: /does not start without it \(media\.confinement\)/ },
  );
  t.equal(exitCodeOf(required), 1);
});

t.test('database', async (t) => {
  const database = openSqlite({ path: path.join(t.testdir(), 'x.db') });
  t.teardown(() => database.close());
  t.match(await examineDatabase('sqlite', database), { status: 'warning', detail: /2026-11-25-01-accounts/ });
  await database.migrate();
  t.match(await examineDatabase('sqlite', database), { status: 'ok', detail: /up to date/ });
  const silent = { pending: () => Promise.reject(new Error('connection refused')) } as unknown as OpenDatabase;
  t.match(await examineDatabase('postgres', silent), { status: 'missing', detail: /connection refused/ });
});

t.test('storage', async (t) => {
  const storage = new DiskStorage({ path: t.testdir() });
  t.match(await examineStorage('disk', storage, 1), { status: 'ok', detail: /GiB free/ });
  t.match(await examineStorage('disk', storage, Number.MAX_SAFE_INTEGER), {
    status: 'warning',
    detail: /minFreeBytes/,
  });
  const endless = {
    check: async () => {},
    warnings: async () => [],
    freeBytes: async () => undefined,
  } as unknown as Storage;
  t.match(await examineStorage('s3', endless, 1), { status: 'ok' });
  const broken = { check: () => Promise.reject(new Error('read-only file system')) } as unknown as Storage;
  t.match(await examineStorage('disk', broken, 1), { status: 'missing', detail: /read-only/ });
});

t.test('folders and the web apps', async (t) => {
  const folder = t.testdir({ 'index.html': '', file: '' });
  t.match(await examineFolder('data folder', folder, 'dataDir'), { status: 'ok', detail: folder });
  t.match(await examineFolder('data folder', path.join(folder, 'new', 'deep'), 'dataDir'), {
    status: 'ok',
    detail: /first start/,
  });
  t.match(await examineFolder('storage', path.join(folder, 'file', 'below'), 'storage.path'), {
    status: 'missing',
    detail: /ENOTDIR.*storage\.path/,
  });
  t.match(await examineFolder('storage', path.join(folder, 'file'), 'storage.path'), {
    status: 'missing',
    detail: /not a folder/,
  });
  const [built, other] = [folder, path.join(folder, 'other')].map((at, index) => ({ name: `app${index}`, built: at }));
  t.match(await examineWebApps([built!]), { status: 'ok', detail: 'app0: built' });
  t.match(await examineWebApps([built!, other!]), { status: 'warning', detail: /^app1: not built: .*build:web/ });
});

t.test('the table and the exit code', async (t) => {
  const findings = [
    { name: 'Node', status: 'ok', detail: '24' },
    { name: 'database', status: 'warning', detail: 'old\nvery' },
  ] as const;
  t.equal(renderFindings(findings), 'ok       Node      24\nwarning  database  old\n                   very');
  t.equal(exitCodeOf(findings), 0);
  t.equal(exitCodeOf([...findings, { name: 'x', status: 'missing', detail: '' }]), 1);
});
