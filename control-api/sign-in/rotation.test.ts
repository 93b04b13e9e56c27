import fc from 'fast-check';
import t from 'tap';
import { password, startControlApi, type Harness } from '../testing/harness.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A refresh token as the rule knows it. */
interface Known {
  readonly tokens: Tokens;
  /** Index of the token that it was given for. */
  readonly parent: number | undefined;
  usedAt: number | undefined;
  isRevoked: boolean;
}

type Step =
  | { readonly do: 'refresh'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'sign out'; readonly which: number };

const graceMs = 30_000;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('refresh' as const), which: fc.nat({ max: 9 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 10_000, 29_999, 30_001, 600_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sign out' as const), which: fc.nat({ max: 9 }) }) },
);

const post = (api: Harness, path: string, body: object) =>
  api.app.inject({ method: 'POST', url: `/api/v1/accounts/${path}`, body });
const isIn = async (api: Harness, { accessToken }: Tokens) =>
  (await api.app.inject({ url: '/api/v1/accounts/me', headers: { authorization: `Bearer ${accessToken}` } }))
    .statusCode === 200;

/** The rule once more, as it is written above `SignIns`: whether this token gives another one now. */
function refreshes(known: readonly Known[], which: number, now: number): boolean {
  const token = known[which] as Known;
  if (token.isRevoked) return false;
  if (token.usedAt === undefined) return true;
  if (now - token.usedAt > graceMs) return false;
  const successor = known.find(
    ({ parent, usedAt, isRevoked }) => parent === which && usedAt === undefined && !isRevoked,
  );
  if (successor) successor.isRevoked = true;
  return successor !== undefined;
}

t.test('whatever clients and thieves do, a sign-in has one token that works, and reuse ends it', async (t) => {
  const api = await startControlApi(t, { settings: { accounts: { accessTokenSeconds: 86_400 } } });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps: readonly Step[]) => {
      runs += 1;
      const { email } = await api.addAccount('viewer', `person-${runs}@example.com`);
      const first = (await post(api, 'sign-in', { email, password, delivery: 'body' })).json<Tokens>();
      const known: Known[] = [{ tokens: first, parent: undefined, usedAt: undefined, isRevoked: false }];
      let hasEnded = false;
      for (const each of steps) {
        if (each.do === 'wait') api.clock.advance(each.ms);
        else {
          const which = each.which % known.length;
          const { refreshToken } = (known[which] as Known).tokens;
          const answer = await post(api, each.do === 'refresh' ? 'refresh' : 'sign-out', {
            delivery: 'body',
            refreshToken,
          });
          if (each.do === 'sign out') hasEnded = true;
          else {
            const now = api.clock.now();
            const isGiven = !hasEnded && refreshes(known, which, now);
            if (answer.statusCode !== (isGiven ? 200 : 401)) return false;
            if (isGiven) {
              (known[which] as Known).usedAt ??= now;
              known.push({ tokens: answer.json<Tokens>(), parent: which, usedAt: undefined, isRevoked: false });
            } else hasEnded = true;
          }
        }
        const { count } = await api.db
          .selectFrom('refresh_tokens')
          .innerJoin('sign_ins', 'sign_ins.id', 'refresh_tokens.family_id')
          .innerJoin('accounts', 'accounts.id', 'refresh_tokens.account_id')
          .select((eb) => eb.fn.countAll<number | string>().as('count'))
          .where('accounts.email', '=', email)
          .where('sign_ins.ended_at', 'is', null)
          .where('refresh_tokens.used_at', 'is', null)
          .where('refresh_tokens.revoked_at', 'is', null)
          .executeTakeFirstOrThrow();
        if (Number(count) !== (hasEnded ? 0 : 1)) return false;
      }
      // Access tokens live and end with the sign-in, all of them.
      for (const { tokens } of known) if ((await isIn(api, tokens)) === hasEnded) return false;
      return true;
    }),
    { numRuns: 60, seed: 8 },
  );
  t.equal(runs, 60);
});
