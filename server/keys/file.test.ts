import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import t from 'tap';
import { OperatorError } from '../kit/errors.ts';
import { keyringContract } from '../testing/keyring-contract.ts';
import { openKeyring, type KeyringOptions } from './file.ts';
import { createLogger } from '../kit/logger.ts';
import { signPlaybackToken, verifyPlaybackToken } from '../assets/playback-token.ts';

const day = 86_400_000;
const claims = {
  assetId: 'asset_1',
  versionId: 'version_1',
  sessionId: 'session_1',
  expiresAt: 2_000_000_000,
  topRung: 720,
};

function setting(file: string, options: Partial<KeyringOptions> = {}) {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const time = { now: 1_800_000_000_000 };
  const settings: KeyringOptions = {
    file,
    rotateAfterMs: 30 * day,
    keepAfterMs: day / 2,
    clock: { now: () => time.now },
    logger: createLogger({ level: 'info', destination }),
    ...options,
  };
  return { lines, time, settings };
}

keyringContract(t, async (t) => {
  const { settings, time } = setting(path.join(t.testdir(), 'keys', 'playback.json'));
  return { time, restMs: 0, open: async (lives) => openKeyring({ ...settings, ...lives }) };
});

t.test('the first start makes one key that only its owner can read, and later starts use it', async (t) => {
  const file = path.join(t.testdir(), 'data', 'keys', 'playback.json');
  const { settings, lines } = setting(file);
  const first = openKeyring(settings);
  const second = openKeyring(settings);
  t.equal(first.current.secret.length, 32);
  t.match(first.current.kid, /^[A-Za-z0-9_-]{1,32}$/);
  t.equal(second.current.kid, first.current.kid);
  t.ok(second.current.secret.equals(first.current.secret));
  t.same(verifyPlaybackToken(signPlaybackToken(claims, first), second), claims);
  if (process.platform !== 'win32') {
    t.equal(statSync(file).mode & 0o777, 0o600);
    t.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
    t.notMatch(lines.join(''), /readable by others/, 'not even for a moment');
    first.rotate();
    t.equal(statSync(file).mode & 0o777, 0o600);
  }
  t.same(readdirSync(path.dirname(file)), ['playback.json'], 'no lock and no half-written file is left');
});

t.test('a file that others can read is closed to them, and that is said', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings, lines } = setting(file);
  openKeyring(settings);
  chmodSync(file, 0o644);
  openKeyring(settings);
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.match(lines.join(''), /readable by others/);
});

t.test('a rotation signs with a new key and verifies the old one for exactly as long as its tokens live', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings, time } = setting(file);
  const keyring = openKeyring(settings);
  const old = keyring.current;
  const token = signPlaybackToken(claims, keyring);
  const fresh = keyring.rotate();
  t.not(fresh.kid, old.kid);
  t.equal(keyring.current, fresh);
  t.same(verifyPlaybackToken(token, keyring), claims);
  t.equal(keyring.find(old.kid), old, 'the same object, so that verified tokens stay remembered');
  time.now += day / 2 - 1;
  t.ok(keyring.find(old.kid));
  time.now += 1;
  t.equal(keyring.find(old.kid), undefined);
  t.equal(verifyPlaybackToken(token, keyring), undefined);
  t.ok(keyring.find(fresh.kid));
  keyring.rotate();
  t.notMatch(readFileSync(file, 'utf8'), old.secret.toString('base64url'), 'a key that verifies nothing is removed');
});

t.test('the current key is replaced by itself once it is too old, but only by who signs', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings, time } = setting(file);
  const keyring = openKeyring(settings);
  const old = keyring.current;
  time.now += 30 * day - 1;
  t.equal(keyring.current, old);
  time.now += 1;
  t.equal(keyring.find(old.kid), old);
  t.notMatch(readFileSync(file, 'utf8'), 'replacedAt', 'verifying writes nothing');
  t.not(keyring.current.kid, old.kid);
  t.equal(keyring.find(old.kid)?.kid, old.kid);
});

t.test(
  'an automatic rotation that cannot be written leaves the old key signing',
  { skip: process.platform === 'win32' },
  async (t) => {
    const file = path.join(t.testdir(), 'keys.json');
    const { settings, time, lines } = setting(file);
    const keyring = openKeyring(settings);
    const old = keyring.current;
    // A folder in the place of the file that would be renamed: fails for root, too.
    const folder = t.testdir({ 'keys.json': readFileSync(file, 'utf8'), 'keys.json.new': { inside: '' } });
    t.equal(folder, path.dirname(file));
    time.now += 31 * day;
    t.equal(keyring.current.kid, old.kid);
    t.match(lines.join(''), /could not be rotated/);
    t.notOk(existsSync(`${file}.lock`));
    rmSync(`${file}.new`, { recursive: true });
    time.now += 60_000;
    t.not(keyring.current.kid, old.kid, 'tried again a minute later');
  },
);

t.test('that a key was replaced is told, by those who replaced it', async (t) => {
  const file = path.join(t.testdir(), 'playback.json');
  const told: unknown[] = [];
  const { settings, time } = setting(file, { onReplaced: (kids) => void told.push(kids) });
  const keys = openKeyring(settings);
  const others = openKeyring({ ...settings, onReplaced: () => t.fail('only looked at') });
  const first = keys.current.kid;
  t.same(told, [], 'the first one replaces none');
  time.now += 31 * day;
  const second = keys.current.kid;
  t.equal(others.current.kid, second);
  const third = keys.rotate().kid;
  t.same(told, [
    { before: first, after: second },
    { before: second, after: third },
  ]);
});

t.test('a key that another process made is known at once, one that was removed within a second', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings, time } = setting(file);
  const here = openKeyring(settings);
  const there = openKeyring(settings);
  const old = here.current;
  there.rotate();
  t.same(verifyPlaybackToken(signPlaybackToken(claims, there), here), claims, 'no clock tick in between');
  t.equal(here.current.kid, there.current.kid);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as { keys: { kid: string }[] };
  stored.keys = stored.keys.filter((key) => key.kid !== old.kid);
  writeFileSync(file, JSON.stringify(stored));
  time.now += 1000;
  t.equal(here.find(old.kid), undefined);
});

t.test('a file that cannot be used is refused with what to do, unchanged, without quoting a secret', async (t) => {
  const folder = t.testdir();
  const file = path.join(folder, 'keys.json');
  const { settings } = setting(file);
  openKeyring(settings);
  const good = readFileSync(file, 'utf8');
  const parsed = JSON.parse(good) as { version: number; keys: Record<string, unknown>[] };
  const key = parsed.keys[0] as { secret: string; kid: string };
  const bad: Record<string, string> = {
    empty: '',
    truncated: good.slice(0, good.length - 10),
    'starts with a secret': `x${key.secret}`,
    'not a list': '{}',
    'no keys': '{"version":1,"keys":[]}',
    'another version': good.replace('"version": 1', '"version": 2'),
    'short secret': JSON.stringify({ version: 1, keys: [{ ...key, secret: 'c2hvcnQ' }] }),
    'kid with a dot': JSON.stringify({ version: 1, keys: [{ ...key, kid: 'a.b' }] }),
    'unknown field': JSON.stringify({ version: 1, keys: [{ ...key, password: key.secret }] }),
    'two current keys': JSON.stringify({ version: 1, keys: [key, { ...key, kid: 'other' }] }),
    'no current key': JSON.stringify({ version: 1, keys: [{ ...key, replacedAt: 1 }] }),
    'the same kid twice': JSON.stringify({ version: 1, keys: [key, { ...key, replacedAt: 1 }] }),
    'far too long': good + ' '.repeat(600_000),
  };
  for (const [name, content] of Object.entries(bad)) {
    writeFileSync(file, content);
    try {
      openKeyring(settings);
      t.fail(`${name} was accepted`);
    } catch (error) {
      t.ok(error instanceof OperatorError, name);
      t.match((error as Error).message, /keys\.json cannot be used: .*restore it from a backup/s);
      t.notMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), key.secret.slice(0, 8));
      t.equal((error as Error).cause, undefined);
    }
    t.equal(readFileSync(file, 'utf8'), content, 'left as it was');
  }
  rmSync(file);
  t.testdir({ 'keys.json': {} });
  t.throws(() => openKeyring(settings), { name: 'OperatorError', message: /cannot be read \(EISDIR\)/ });
});

t.test('a file that goes bad while the server runs is reported once and the keys in memory go on', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings, time, lines } = setting(file);
  const keyring = openKeyring(settings);
  const key = keyring.current;
  const good = readFileSync(file, 'utf8');
  for (const spoil of [() => writeFileSync(file, 'half of a fi'), () => rmSync(file)]) {
    lines.length = 0;
    spoil();
    for (let second = 0; second < 3; second += 1) {
      time.now += 1000;
      t.equal(keyring.find(key.kid), key);
      t.equal(keyring.current, key);
    }
    t.equal(lines.filter((line) => line.includes('stay in force')).length, 1);
    t.throws(() => keyring.rotate(), OperatorError, 'nothing is written over it');
  }
  t.notOk(existsSync(file));
  writeFileSync(file, good);
  t.ok(keyring.rotate());
});

t.test('a lock that a killed process left is broken, one that is held is respected', async (t) => {
  const file = path.join(t.testdir(), 'keys.json');
  const { settings } = setting(file);
  const keyring = openKeyring(settings);
  mkdirSync(`${file}.lock`);
  const holder = path.join(`${file}.lock`, 'holder');
  writeFileSync(holder, '');
  t.throws(() => keyring.rotate(), { name: 'OperatorError', message: /Another process holds/ });
  t.ok(existsSync(`${file}.lock`));
  const old = new Date(Date.now() - 60_000);
  utimesSync(holder, old, old);
  t.ok(keyring.rotate());
  t.notOk(existsSync(`${file}.lock`));
});

t.test('processes that start and rotate at the same time lose no key', async (t) => {
  const file = path.join(t.testdir(), 'keys', 'keys.json');
  const program = `
    const { openKeyring } = await import(${JSON.stringify(new URL('./file.ts', import.meta.url).href)});
    const logger = { child: () => logger, info() {}, warn() {}, error() {} };
    const keyring = openKeyring({ file: ${JSON.stringify(file)}, rotateAfterMs: 1e12, keepAfterMs: 1e12, clock: Date, logger });
    const made = [keyring.current.kid];
    for (let i = 0; i < 2; i += 1) made.push(keyring.rotate().kid);
    console.log(JSON.stringify(made));`;
  const run = promisify(execFile);
  const outputs = await Promise.all(
    [1, 2, 3, 4].map(() => run(process.execPath, ['--input-type=module', '-e', program])),
  );
  const made = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
  const keyring = openKeyring(setting(file, { clock: Date }).settings);
  t.same(
    made.filter((kid) => !keyring.find(kid)),
    [],
  );
  t.equal((JSON.parse(readFileSync(file, 'utf8')) as { keys: unknown[] }).keys.length, 9);
});
