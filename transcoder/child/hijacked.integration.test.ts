import { execFile, execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { until } from '../../server/testing/until.ts';
import { processesMentioning } from '../testing/clips.ts';
import type { Confinement } from './confinement.ts';
import { findConfinement } from './find-confinement.ts';
import type { Attack, Outcome } from './testing/attacked-process.ts';

/*
 * A program that a file has taken over (`testing/hijacked.ts`) attacks a server that stands in for ours, once in each
 * way that this system confines programs, with the server as root and as another user, as far as this test may be both.
 */

const run = promisify(execFile);
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

type User = 'root' | 'nobody' | 'own';

/** Words before a program that make it the user's. */
const wordsOf = (user: User): string[] =>
  user === 'nobody' ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] : ['env'];

/** Whether that user may run what this test is made of: a checkout may lie where only root gets. */
function canRun(user: User): boolean {
  try {
    const [command = '', ...args] = [
      ...wordsOf(user),
      process.execPath,
      '-e',
      `require('fs').readFileSync(${JSON.stringify(import.meta.filename)})`,
    ];
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const users: readonly User[] = isRoot ? (['root', 'nobody'] as const).filter(canRun) : ['own'];

let attacks = 0;

async function attack(t: Test, way: Confinement['way'], user: User, what: string): Promise<Outcome> {
  attacks += 1;
  const mark = `attack-${process.pid}-${attacks}`;
  // The path of a socket is short.
  const folder = mkdtempSync(path.join(tmpdir(), 'attack-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  if (user === 'nobody') chownSync(folder, nobody, nobody);
  const sleep = `600.${process.pid}${attacks}`;
  const asked: Attack = { folder, way, attack: what, mark, sleep };
  const [command = '', ...args] = [
    ...wordsOf(user),
    process.execPath,
    path.join(import.meta.dirname, 'testing', 'attacked-process.ts'),
    JSON.stringify(asked),
  ];
  const { stdout } = await run(command, args, {
    env: { ...process.env, TMPDIR: folder, DRAMABOX_DATABASE_URL: 'postgres://x:hunter2@db/x' },
  });
  const outcome = JSON.parse(stdout) as Outcome;
  t.equal(outcome.confinement.way, way);
  await until(
    'nothing of it is left',
    async () => (await processesMentioning(sleep)).every((line) => line.includes(mark)),
    { everyMs: 50 },
  );
  return outcome;
}

const available: Confinement['way'][] = [];
for (const way of ['bubblewrap', 'unshare'] as const)
  if ((await findConfinement({ ways: [way] })).lost.length === 0) available.push(way);
if (available.length === 0) t.comment('This system confines nothing: not tested');

/** What it may get: everything else that it tries must fail. */
const granted = new Set(['read the source', 'write its job']);
const privileges = {
  no_new_privs: '1',
  'Inheritable capabilities': '[none]',
  'Ambient capabilities': '[none]',
  'Capability bounding set': '[none]',
};

for (const way of available) {
  for (const user of users) {
    t.test(`${way}, the server is ${user}: it gets its file and its folder, nothing else`, async (t) => {
      const { said, ...outcome } = await attack(t, way, user, 'look');
      t.ok(Object.keys(said).length > 30, 'it tried');
      for (const [what, got] of Object.entries(said)) {
        if (what in privileges) t.equal(got, privileges[what as keyof typeof privileges], what);
        else if (granted.has(what)) t.equal(got, 'DONE', what);
        else t.match(got, /^no/, what);
      }
      t.match(outcome, { thrown: '', signals: 0, connections: 0, untouched: true });
      t.not(outcome.uid, 0, 'it is not root');
    });

    t.test(
      `${way}, the server is ${user}: nothing of it stays, and it cannot have more processes than it may`,
      async (t) => {
        t.equal((await attack(t, way, user, 'stay')).thrown, '');
        const { said } = await attack(t, way, user, 'fork bomb');
        t.ok(
          Number(said['started']) > 10 && Number(said['started']) < 60,
          `of 300 processes ${said['started']} started`,
        );
      },
    );
  }

  t.test(`${way}: what it plants in its folder is refused`, async (t) => {
    for (const [what, thrown] of [
      ['link', /no file/],
      ['link to a folder', /no file/],
      ['pipe', /no file/],
      ['second name', /second name/],
      ['set-user-id', /changes the user/],
    ] as const)
      t.match((await attack(t, way, users[0] as User, what)).thrown, thrown, what);
  });

  t.test(`${way}: all of it together takes no more memory and disk than it may`, async (t) => {
    t.match((await attack(t, way, users[0] as User, 'memory')).thrown, /limit of memory/);
    t.match((await attack(t, way, users[0] as User, 'disk')).thrown, /limit of disk/);
    const { said, thrown } = await attack(t, way, users[0] as User, 'large file');
    t.notMatch(said, { 'large file': 'DONE' }, `${thrown}`);
  });
}

t.test('without a cage the same program gets what it wants', async (t) => {
  const user = users.at(-1);
  if (!user || user === 'root') return;
  const { said, ...outcome } = await attack(t, 'none', user, 'look');
  for (const what of [
    'read keys.json',
    'write dramabox.db',
    'read package.json',
    "the server's environment",
    'signal the server',
    'loopback',
    'socket',
    'abstract socket',
    'list processes',
  ])
    t.equal(said[what], 'DONE', what);
  t.match(outcome, { signals: 1, connections: 3, untouched: false });
});
