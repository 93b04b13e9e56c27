import fc from 'fast-check';
import t, { type Test } from 'tap';
import { password, startControlApi, type Harness } from '../../testing/harness.ts';
import { mailsTo, startMails } from '../../testing/mails.ts';
import { until } from '../../../server/testing/until.ts';
import type { Providers } from '../providers/open.ts';
import type { ProviderIdentity, ProviderName, TokenFlow } from '../providers/port.ts';

/** Two people, of whom each reads the mails to their own address only. Eve wants what is Ann's. */
const people = ['ann', 'eve'] as const;
type Person = (typeof people)[number];
const providers = ['google', 'apple', 'facebook'] as const;

type Step =
  | { readonly do: 'enter' | 'link'; readonly who: Person; readonly by: ProviderName }
  | { readonly do: 'code' | 'prove' | 'unlink' | 'leave'; readonly who: Person }
  | { readonly do: 'password' };

const anyone = { who: fc.constantFrom(...people) };
const anyhow = { by: fc.constantFrom(...providers) };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('enter', 'link'), ...anyone, ...anyhow }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('code', 'prove', 'unlink', 'leave'), ...anyone }) },
  { weight: 2, arbitrary: fc.constant({ do: 'password' as const }) },
);

const addressOf = (person: Person, run: number) => `${person}-${run}@gmail.com`;

/** Google is the authority for both addresses, Apple says none, and to Facebook both say that they have Ann's. */
function identityOf(person: Person, provider: ProviderName, run: number): ProviderIdentity {
  const email = { google: addressOf(person, run), apple: undefined, facebook: addressOf('ann', run) }[provider];
  return {
    provider,
    subject: `${person}-${run}`,
    email,
    emailIsProven: provider === 'google',
    name: undefined,
    authenticatedAt: undefined,
  };
}

/** What providers sign is tested elsewhere: here a token is the identity itself. */
const believing: TokenFlow = {
  verify: async ({ idToken = '' }) =>
    JSON.parse(Buffer.from(idToken, 'base64url').toString()) as ReturnType<typeof identityOf>,
};
const tokenOf = (identity: ProviderIdentity) => Buffer.from(JSON.stringify(identity)).toString('base64url');

interface Answer {
  readonly token: string;
  readonly accessToken: string;
  readonly code?: string;
}

class World {
  readonly #api: Harness;
  readonly #run: number;
  /** The sign-in that each of them uses now. */
  readonly #signIns = new Map<Person, string>();
  /** Everybody's sign-ins, by the person who began them. */
  readonly #begun: { readonly who: Person; readonly accessToken: string }[] = [];
  readonly #read = new Map<Person, number>();

  constructor(api: Harness, run: number) {
    this.#api = api;
    this.#run = run;
  }

  async do(step: Step): Promise<void> {
    // Limits are tested elsewhere.
    await this.#api.db.deleteFrom('counters').execute();
    if (step.do === 'password') {
      const email = addressOf('ann', this.#run);
      this.#remember('eve', await this.#post('accounts/sign-in', { email, password, delivery: 'body' }));
      return;
    }
    const { who } = step;
    const own = this.#signIns.get(who);
    if (step.do === 'leave') this.#signIns.delete(who);
    else if (step.do === 'code') {
      const asked = await this.#post('accounts/sign-in/code', { email: addressOf(who, this.#run) });
      await this.#typeIn(who, asked.token);
    } else if (step.do === 'enter') {
      const { token } = await this.#post(`sign-in/${step.by}/begin`, {});
      const idToken = tokenOf(identityOf(who, step.by, this.#run));
      const entered = await this.#post(`sign-in/${step.by}/finish`, { token, idToken, delivery: 'body' });
      if (entered.code !== 'address_proof_required') this.#remember(who, entered);
      else if (who === 'ann') await this.#typeIn(who, entered.token);
      // Ann gets a mail that she has not asked for.
      else await this.#newCode('ann');
    } else if (own === undefined) return;
    else if (step.do === 'link') {
      const { token } = await this.#post(`accounts/me/identities/begin/${step.by}`, {}, own);
      const idToken = tokenOf(identityOf(who, step.by, this.#run));
      await this.#post(`accounts/me/identities/by-token/${step.by}`, { token, idToken }, own);
    } else if (step.do === 'prove') {
      const asked = await this.#post('accounts/me/email', { email: addressOf(who, this.#run) }, own);
      if (asked.token === undefined) return;
      await this.#post('accounts/me/email/complete', { token: asked.token, code: await this.#newCode(who) }, own);
    } else {
      const headers = { authorization: own };
      const url = '/api/v1/accounts/me/identities';
      const { items = [] } = (await this.#api.app.inject({ url, headers })).json<{ items?: { id: string }[] }>();
      if (items[0]) await this.#api.app.inject({ method: 'DELETE', url: `${url}/${items[0].id}`, headers });
    }
  }

  /** What is wrong now; undefined when nothing is. */
  async wrong(): Promise<string | undefined> {
    const { db, app } = this.#api;
    const accounts = await db.selectFrom('accounts').selectAll().execute();
    const identities = await db.selectFrom('identities').selectAll().execute();
    const inside = new Map<string, Set<Person>>();
    for (const { who, accessToken } of this.#begun) {
      const me = await app.inject({ url: '/api/v1/accounts/me', headers: { authorization: accessToken } });
      if (me.statusCode !== 200) continue;
      const { id } = me.json<{ id: string }>();
      inside.set(id, (inside.get(id) ?? new Set()).add(who));
    }
    for (const { id, email, email_proven_at: provenAt } of accounts) {
      const linked = identities.filter(({ account_id }) => account_id === id).map(({ subject }) => personIn(subject));
      const all = new Set([...linked, ...(inside.get(id) ?? [])]);
      if (email === null && linked.length === 0) return 'an account has no way in';
      // An account that staff made is nobody's before its address is proven.
      if (email !== null && provenAt === null) continue;
      if (all.size > 1) return `two people are in one account: ${email}`;
      if (email !== null && all.size === 1 && !all.has(personIn(email))) return `somebody else is in ${email}`;
    }
    return undefined;
  }

  async #typeIn(who: Person, token: string): Promise<void> {
    const code = await this.#newCode(who);
    this.#remember(who, await this.#post('accounts/sign-in/code/complete', { token, code, delivery: 'body' }));
  }

  /** The code of the mail that was just asked for. */
  async #newCode(who: Person): Promise<string> {
    this.#api.outbox.wake();
    const count = (this.#read.get(who) ?? 0) + 1;
    this.#read.set(who, count);
    const codes = await until(`code ${count} for ${who}`, async () => {
      const mails = await mailsTo(this.#api, addressOf(who, this.#run));
      const found = mails.flatMap(({ text, code }) => (text.includes('Your code:') && code ? [code] : []));
      return found.length >= count ? found : undefined;
    });
    return codes[0] as string;
  }

  #remember(who: Person, { accessToken }: Partial<Answer>): void {
    if (accessToken === undefined) return;
    this.#signIns.set(who, `Bearer ${accessToken}`);
    this.#begun.push({ who, accessToken: `Bearer ${accessToken}` });
  }

  async #post(path: string, body: object, authorization?: string): Promise<Answer> {
    // Mails of a file have the time of their making as names: the newest one is the last.
    this.#api.clock.advance(1);
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await this.#api.app.inject({ method: 'POST', url: `/api/v1/${path}`, body, headers });
    if (answer.statusCode >= 500) throw new Error(answer.body);
    return answer.body === '' ? ({} as Answer) : answer.json<Answer>();
  }
}

const personIn = (text: string) => text.split('-', 1)[0] as Person;

async function start(t: Test): Promise<Harness> {
  const flows: Providers = {
    redirects: new Map(),
    tokens: new Map(providers.map((provider) => [provider, believing])),
    apple: undefined,
    facebook: undefined,
    firebase: undefined,
    close: async () => undefined,
  };
  const api = await startControlApi(t, { providers: flows });
  await startMails(api);
  return api;
}

t.test(
  'whatever two people try, nobody is in what is proven to be the other one’s, and nobody locks themselves out',
  async (t) => {
    const api = await start(t);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.option(anyhow.by),
        fc.array(anyStep, { minLength: 2, maxLength: 12 }),
        async (prepared, rest) => {
          const steps: Step[] =
            prepared === null ? rest : [{ do: 'password' }, { do: 'link', who: 'eve', by: prepared }, ...rest];
          run += 1;
          for (const table of ['identities', 'sign_ins'] as const) await api.db.deleteFrom(table).execute();
          await api.db.deleteFrom('refresh_tokens').execute();
          await api.db.deleteFrom('accounts').execute();
          api.clock.advance(7_200_000);
          // Staff typed Ann's address in, and Eve knows the password.
          const { id } = await api.addAccount('viewer', addressOf('ann', run));
          await api.db.updateTable('accounts').set({ email_proven_at: null }).where('id', '=', id).execute();
          const world = new World(api, run);
          for (const each of steps) {
            await world.do(each);
            const wrong = await world.wrong();
            if (wrong !== undefined) throw new Error(wrong);
          }
        },
      ),
      { numRuns: 40, seed: 8 },
    );
    t.ok(run >= 40);
  },
);
