import * as fc from 'fast-check';
import t from 'tap';
import { Secrets } from '../../server/kit/secrets.ts';
import { roles, type Role } from '../../server/kit/permissions.ts';
import { Challenges } from '../sign-in/challenges/challenges.ts';
import { startControlApi, type Harness } from '../testing/harness.ts';

/** Who there is in the beginning. */
const cast: readonly Role[] = [
  'super_admin',
  'super_admin',
  'content_manager',
  'support',
  'finance',
  'viewer',
  'viewer',
];
const staff: readonly Role[] = ['super_admin', 'content_manager', 'support', 'finance'];

/** Something that somebody tries to do to somebody, both by their number in the cast. */
type Attempt = { readonly actor: number; readonly target: number } & (
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'status'; readonly status: 'active' | 'disabled' }
  | { readonly kind: 'disable' | 'enable' | 'sign-out' }
  | { readonly kind: 'invite'; readonly role: Role }
  /** `isOwn`: one of those who are invited does it, if there are any. */
  | { readonly kind: 'accept'; readonly isOwn: boolean }
);

const one = fc.nat({ max: cast.length - 1 });
/** Those who may the most try the most. */
const whoActs = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6);
const role = fc.constantFrom(...roles);
const attempt: fc.Arbitrary<Attempt> = fc.oneof(
  fc.record({ actor: whoActs, target: one, kind: fc.constant('role' as const), role }),
  fc.record({
    actor: whoActs,
    target: one,
    kind: fc.constant('status' as const),
    status: fc.constantFrom('active' as const, 'disabled' as const),
  }),
  fc.record({
    actor: whoActs,
    target: one,
    kind: fc.constantFrom('disable', 'enable', 'sign-out'),
  }) as fc.Arbitrary<Attempt>,
  fc.record({ actor: whoActs, target: one, kind: fc.constant('invite' as const), role }),
  // By a super admin to somebody who watches: the one that comes to something.
  fc.record({
    actor: fc.constantFrom(0, 1),
    target: fc.constantFrom(5, 6),
    kind: fc.constant('invite' as const),
    role: fc.constantFrom(...staff),
  }),
  fc.record({ actor: whoActs, target: one, kind: fc.constant('accept' as const), isOwn: fc.boolean() }),
);
/** Two who take each other's place at once. */
const duel: fc.Arbitrary<Attempt[]> = fc
  .record({ one: fc.nat({ max: 3 }), other: fc.nat({ max: 3 }), role })
  .map(({ one: first, other, role: lesser }) => [
    { actor: first, target: other, kind: 'role', role: lesser },
    { actor: other, target: first, kind: 'disable' },
  ]);
/** What is tried at the same time, one group after the other. */
const attempts = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.array(attempt, { minLength: 1, maxLength: 3 }) }, { weight: 1, arbitrary: duel }),
  { minLength: 1, maxLength: 12 },
);

interface Person {
  readonly id: string;
  readonly role: Role;
  readonly status: string;
  readonly email: string | null;
  readonly signIns: number;
}

async function readPeople(api: Harness, ids: readonly string[]): Promise<readonly Person[]> {
  const rows = await api.db.selectFrom('accounts').selectAll().where('id', 'in', ids).execute();
  const signIns = await api.db.selectFrom('sign_ins').select('account_id').where('ended_at', 'is', null).execute();
  return ids.map((id) => {
    const row = rows.find((each) => each.id === id);
    if (!row) throw new Error(`${id} is gone`);
    return {
      id,
      role: row.role,
      status: row.status,
      email: row.email,
      signIns: signIns.filter((each) => each.account_id === id).length,
    };
  });
}

/** The link of the invitation to an address, as its mail has it; undefined when there is none. */
async function linkTo(api: Harness, email: string): Promise<string | undefined> {
  const challenges = new Challenges({ db: api.db, secrets: new Secrets(api.keyrings.secrets), clock: api.clock });
  const found = await api.db
    .selectFrom('invitations')
    .select('challenge_id')
    .where('email', '=', email)
    .executeTakeFirst();
  return found && (await challenges.toBeSent(found.challenge_id))?.link;
}

/** An invitation is accepted by somebody who has one. */
async function castFor(api: Harness, ids: readonly string[], tried: Attempt): Promise<Attempt> {
  if (tried.kind !== 'accept' || !tried.isOwn) return tried;
  const invited = api.db.selectFrom('accounts').innerJoin('invitations', 'invitations.email', 'accounts.email');
  const found = await invited.select('accounts.id').orderBy('accounts.id').execute();
  const who = ids.indexOf(found[tried.target % found.length]?.id ?? '');
  return who < 0 ? tried : { ...tried, actor: who, target: who };
}

async function requestOf(api: Harness, people: readonly Person[], { target, ...tried }: Attempt) {
  const { id, email } = people[target] as Person;
  const reason = 'A reason';
  switch (tried.kind) {
    case 'role':
      return { method: 'PATCH', url: `accounts/${id}`, body: { role: tried.role } } as const;
    case 'status':
      return { method: 'PATCH', url: `accounts/${id}`, body: { status: tried.status } } as const;
    case 'invite':
      return { method: 'POST', url: 'invitations', body: { email, role: tried.role } } as const;
    case 'accept':
      return { method: 'POST', url: 'accounts/me/invitation', body: { link: await linkTo(api, email ?? '') } } as const;
    default:
      return { method: 'POST', url: `accounts/${id}/${tried.kind}`, body: { reason } } as const;
  }
}

/** What must hold after each group, whatever was tried. Throws what does not. */
function judge(
  before: readonly Person[],
  after: readonly Person[],
  group: readonly Attempt[],
  invited: ReadonlySet<string>,
) {
  const demand = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify({ before, after, group })}`);
  };
  const isStaff = ({ role: its }: Person) => staff.includes(its);
  demand(
    after.some(({ role: its, status }) => its === 'super_admin' && status === 'active'),
    'there is an active super admin',
  );
  // Who got a role within the group may have used it.
  const actors = [...new Set(group.map(({ actor: who }) => who))].map((who) => {
    const [was, is] = [before[who] as Person, after[who] as Person];
    return { id: was.id, roles: [was.role, is.role] };
  });
  const mayManage = actors.filter((each) => each.roles.includes('super_admin'));
  for (const [at, was] of before.entries()) {
    const is = after[at] as Person;
    const isChanged = was.role !== is.role || was.status !== is.status;
    // Accepting is one's own doing, and gives what a super admin has invited to.
    const hasAccepted =
      was.role !== is.role && invited.has(was.id) && !isStaff(was) && group.some(({ kind }) => kind === 'accept');
    const others = mayManage.filter(({ id }) => id !== was.id);
    if (was.role !== is.role && !hasAccepted) demand(others.length > 0, 'nobody but another super admin gives a role');
    if (was.status !== is.status && isStaff(was)) demand(others.length > 0, 'only super admins disable staff');
    if (is.signIns < was.signIns && isStaff(was)) demand(others.length > 0, 'only super admins sign staff out');
    const touchers = actors.filter(
      ({ id, roles: its }) => id !== was.id && (its.includes('super_admin') || its.includes('support')),
    );
    if (isChanged && !hasAccepted) demand(touchers.length > 0, 'only support and super admins change anybody');
  }
}

t.test('whatever staff try in whatever order, the rules of staff hold', async (t) => {
  const api = await startControlApi(t);
  let [changed, accepted] = [0, 0];
  await fc.assert(
    fc.asyncProperty(attempts, async (groups) => {
      await api.db.deleteFrom('challenges').execute();
      await api.db.deleteFrom('sign_ins').execute();
      await api.db.deleteFrom('counters').execute();
      await api.db.deleteFrom('accounts').execute();
      const ids: string[] = [];
      for (const each of cast) ids.push((await api.addAccount(each)).id);
      const invited = new Set<string>();
      for (const planned of groups) {
        const group: Attempt[] = [];
        for (const each of planned) group.push(await castFor(api, ids, each));
        const tokens = new Map<number, string>();
        for (const { actor } of group)
          if (!tokens.has(actor)) tokens.set(actor, await api.signIn({ id: ids[actor] as string }));
        const before = await readPeople(api, ids);
        const requests = [];
        for (const each of group) requests.push({ actor: each.actor, ...(await requestOf(api, before, each)) });
        const answers = await Promise.all(
          requests.map(({ actor, method, url, body }) =>
            api.app.inject({
              method,
              url: `/api/v1/${url}`,
              headers: { authorization: tokens.get(actor) ?? '' },
              body,
            }),
          ),
        );
        for (const [n, answer] of answers.entries()) {
          const tried = group[n] as Attempt;
          if (answer.statusCode >= 500) throw new Error(answer.body);
          if (answer.statusCode >= 300) continue;
          if (tried.kind === 'invite') invited.add((before[tried.target] as Person).id);
          else if (tried.kind === 'accept') accepted += 1;
          else changed += 1;
        }
        judge(before, await readPeople(api, ids), group, invited);
      }
    }),
    { numRuns: 60, ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }) },
  );
  t.ok(changed > 50 && accepted > 0, `it was not all refused: ${changed} changes, ${accepted} acceptances`);
});
