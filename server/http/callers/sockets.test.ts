import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { MemoryEvents } from '../../events/memory.ts';
import { MemoryLimits } from '../../limits/memory.ts';
import type { Role } from '../../kit/permissions.ts';
import { createLogger } from '../../kit/logger.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { until } from '../../testing/until.ts';
import { watchRights } from './rights.ts';
import { SocketDoor } from './sockets.ts';

const holder = { accountId: 'account_a', familyId: 'family_a' };

function open(t: Test) {
  const clock = createFakeClock(1_800_000_000_000);
  const limits = new MemoryLimits();
  t.teardown(() => limits.close());
  const current = { kid: 'one', secret: randomBytes(32) };
  const state: { role: Role | undefined } = { role: 'content_manager' };
  const options = {
    may: 'assets.read',
    keyring: { current, find: (kid: string) => (kid === 'one' ? current : undefined) },
    limits,
    clock,
    roleOf: async () => state.role && { role: state.role },
  } as const;
  const door = new SocketDoor({ ...options, path: '/api/v1/sockets/chat' });
  const admit = (ticket: string, headers: object = {}, path = '/api/v1/sockets/chat') =>
    door.admit({
      url: `${path}?ticket=${ticket}`,
      headers: { host: 'tv.example', origin: 'https://tv.example', ...headers },
    });
  return { clock, door, options, state, admit };
}

t.test('a ticket opens one socket, of one account, in one place, soon', async (t) => {
  const { clock, door, options, admit } = open(t);
  const ticket = door.issue(holder);
  t.match(await admit(ticket), holder);
  await t.rejects(admit(ticket), { code: 'unauthenticated' }, 'only once');
  const both = door.issue(holder);
  const outcomes = await Promise.allSettled([admit(both), admit(both)]);
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'also at the same time');

  const late = door.issue(holder);
  clock.advance(30_000);
  await t.rejects(admit(late), { code: 'unauthenticated' }, 'not after half a minute');
  const elsewhere = new SocketDoor({ ...options, path: '/api/v1/sockets/support' });
  await t.rejects(admit(elsewhere.issue(holder)), { code: 'unauthenticated' }, 'a ticket for another place');
  await t.rejects(admit(door.issue(holder), {}, '/elsewhere'), { code: 'unauthenticated' });
  const [text = '', kid, signature] = door.issue(holder).split('.');
  const forged = Buffer.from(Buffer.from(text, 'base64url').toString().replace('account_a', 'account_b')).toString(
    'base64url',
  );
  for (const bad of [
    '',
    'x',
    `${forged}.${kid}.${signature}`,
    `${text}.two.${signature}`,
    `${text}.${kid}.`,
    `${text}.${kid}.${signature}.x`,
  ])
    await t.rejects(admit(bad), { code: 'unauthenticated' }, JSON.stringify(bad.slice(-20)));
  await t.rejects(admit(door.issue(holder), {}, '//['), { code: 'unauthenticated' }, 'an address that is none');
});

t.test('only our own pages open sockets', async (t) => {
  const { door, admit } = open(t);
  for (const origin of ['https://evil.example', 'null', undefined, 'https://tv.example.evil.example'])
    await t.rejects(admit(door.issue(holder), { origin }), { code: 'forbidden' }, String(origin));
  const ticket = door.issue(holder);
  await t.rejects(admit(ticket, { origin: 'https://evil.example' }));
  t.ok(await admit(ticket), 'and a foreign page does not use a ticket up');
});

t.test('rights are asked for at the upgrade, and again when they change', async (t) => {
  const { door, state, admit } = open(t);
  state.role = 'viewer';
  await t.rejects(admit(door.issue(holder)), { code: 'forbidden' });
  state.role = undefined;
  await t.rejects(admit(door.issue(holder)), { code: 'forbidden' }, 'the sign-in has ended since');

  state.role = 'content_manager';
  const socket = await admit(door.issue(holder));
  const events = new MemoryEvents({ logger: createLogger({ level: 'silent' }) });
  t.teardown(() => events.close());
  let ended = 0;
  let asked = 0;
  const watched = {
    accountId: socket.accountId,
    isStillAllowed: () => {
      asked += 1;
      return socket.isStillAllowed();
    },
    end: () => {
      ended += 1;
    },
  };
  const stop = watchRights(events, watched);
  await events.publish('rights.changed', { accountId: 'account_b' });
  await events.publish('rights.changed', { accountId: 'account_a' });
  await until('it was asked', () => asked === 1);
  t.equal(ended, 0, 'still allowed');
  state.role = 'viewer';
  await events.publish('rights.changed', { accountId: 'account_a' });
  await until('it ends', () => ended === 1);
  stop();
  await events.publish('rights.changed', { accountId: 'account_a' });
  t.equal(asked, 2);
  const failing = { ...watched, isStillAllowed: () => Promise.reject(new Error('the database is away')) };
  t.teardown(watchRights(events, failing));
  await events.publish('rights.changed', { accountId: 'account_a' });
  await until('what cannot be asked ends', () => ended === 2);
});
