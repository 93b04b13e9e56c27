import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from '../../control-api/openapi.d.ts';

/** How long a mail may take that is kept on this machine, in milliseconds. */
const mailMs = 10_000;

/** Nobody signs in with these: who wants to be one of them sets a new password by the mails that are kept. */
const anyPassword = () => randomBytes(18).toString('base64url');

/**
 * People who signed up, accounts made by the staff, somebody invited: so that the pages of the dashboard have
 * something to show. Everything is asked of the API, as people would.
 */
export class DemoPeople {
  readonly #api: Client<paths>;
  readonly #operator: () => Promise<string>;

  /** @param operator the access token of an administrator */
  constructor(url: string, operator: () => Promise<string>) {
    this.#api = createClient<paths>({ baseUrl: url });
    const refuse: Middleware = {
      async onResponse({ request, response }) {
        if (response.ok) return;
        const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
        throw new Error(detail ?? `${request.method} ${new URL(request.url).pathname} answered ${response.status}`);
      },
    };
    this.#api.use(refuse);
    this.#operator = operator;
  }

  /** @throws Error what the server refused */
  async add(): Promise<void> {
    const ann = await this.#signUp('ann@example.com');
    await this.#api.POST('/api/v1/profiles', {
      headers: { authorization: `Bearer ${ann?.accessToken}` },
      body: { name: 'Mia', avatar: { picture: 'panda', colour: 'teal' }, isKids: true, maturityLimit: 6 },
    });
    await this.#make('bob@example.com');
    // Who works for the service has shown that the address is theirs.
    const helper = await this.#signUp('carol@example.com');
    await this.#api.PATCH('/api/v1/accounts/{id}', {
      ...(await this.#asOperator()),
      params: { path: { id: helper?.account.id ?? '' } },
      body: { role: 'support' },
    });
    const gone = await this.#make('dave@example.com');
    await this.#api.POST('/api/v1/accounts/{id}/disable', {
      ...(await this.#asOperator()),
      params: { path: { id: gone?.id ?? '' } },
      body: { reason: 'Asked for it by phone; was called back.' },
    });
    await this.#api.POST('/api/v1/invitations', {
      ...(await this.#asOperator()),
      body: { email: 'erin@example.com', role: 'content_manager' },
    });
  }

  async #asOperator() {
    return { headers: { authorization: `Bearer ${await this.#operator()}` } };
  }

  /** An account that the staff makes. */
  async #make(email: string) {
    const body = { email, password: anyPassword() };
    return (await this.#api.POST('/api/v1/accounts', { ...(await this.#asOperator()), body })).data;
  }

  /** Somebody who signs up, with the code of the mail. */
  async #signUp(email: string) {
    const { data: begun } = await this.#api.POST('/api/v1/accounts/sign-up', {
      body: { email, password: anyPassword(), language: 'en' },
    });
    const body = { token: begun?.token ?? '', code: await this.#codeOf(email), delivery: 'body' as const };
    return (await this.#api.POST('/api/v1/accounts/sign-up/complete', { body })).data;
  }

  async #codeOf(email: string): Promise<string> {
    for (const end = Date.now() + mailMs; Date.now() < end; await delay(50)) {
      const { data } = await this.#api.GET('/api/v1/mails', await this.#asOperator());
      const code = /\b\d{6}\b/.exec(data?.items.find(({ to }) => to === email)?.text ?? '')?.[0];
      if (code !== undefined) return code;
    }
    throw new Error(`No mail came for ${email}`);
  }
}
