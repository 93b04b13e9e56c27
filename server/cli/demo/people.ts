import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoClient, Json } from './client.ts';

type Account = Json<'/api/v1/accounts', 'post', 201>;
type Begun = Json<'/api/v1/accounts/sign-up', 'post', 202>;
type SignedIn = Json<'/api/v1/accounts/sign-up/complete', 'post', 200>;
type Mails = Json<'/api/v1/mails', 'get', 200>;

/** How long a mail may take that is kept on this machine, in milliseconds. */
const mailMs = 10_000;

/** Nobody signs in with these: who wants to be one of them sets a new password by the mails that are kept. */
const anyPassword = () => randomBytes(18).toString('base64url');

/** An account that the staff makes. */
const make = (client: DemoClient, email: string) =>
  client.ask<Account>('POST', '/accounts', { email, password: anyPassword() });

async function codeOf(client: DemoClient, email: string): Promise<string> {
  for (const end = Date.now() + mailMs; Date.now() < end; await delay(50)) {
    const { items } = await client.ask<Mails>('GET', '/mails');
    const code = /\b\d{6}\b/.exec(items.find(({ to }) => to === email)?.text ?? '')?.[0];
    if (code !== undefined) return code;
  }
  throw new Error(`No mail came for ${email}`);
}

/** Somebody who signs up, with the code of the mail. */
async function signUp(client: DemoClient, email: string): Promise<SignedIn> {
  const body = { email, password: anyPassword(), language: 'en' };
  const { token } = await client.ask<Begun>('POST', '/accounts/sign-up', body);
  const proof = { token, code: await codeOf(client, email), delivery: 'body' };
  return client.ask('POST', '/accounts/sign-up/complete', proof);
}

/**
 * People who signed up, accounts made by the staff, somebody invited: so that the pages of the dashboard have something
 * to show. Everything is asked of the API, as people would.
 * @throws Error what the server refused
 */
export async function addPeople(client: DemoClient): Promise<void> {
  const { accessToken } = await signUp(client, 'ann@example.com');
  const child = { name: 'Mia', avatar: { picture: 'panda', colour: 'teal' }, isKids: true, maturityLimit: 6 };
  await client.ask('POST', '/profiles', child, `Bearer ${accessToken}`);
  await make(client, 'bob@example.com');
  // Who works for the service has shown that the address is theirs.
  const { account: helper } = await signUp(client, 'carol@example.com');
  await client.ask('PATCH', `/accounts/${helper.id}`, { role: 'support' });
  const gone = await make(client, 'dave@example.com');
  await client.ask('POST', `/accounts/${gone.id}/disable`, { reason: 'Asked for it by phone; was called back.' });
  await client.ask('POST', '/invitations', { email: 'erin@example.com', role: 'content_manager' });
}
