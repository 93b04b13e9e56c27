import { generateKeyPairSync } from 'node:crypto';
import type { Test } from 'tap';
import { loadConfig } from '../../../../config/load.ts';
import { systemClock } from '../../../../server/kit/clock.ts';
import { FacebookCounterpart } from '../../../../server/testing/sign-in/facebook-counterpart.ts';
import { OpenIdCounterpart } from '../../../../server/testing/sign-in/openid-counterpart.ts';
import { browse } from '../../../../server/testing/sign-in/redirected-browser.ts';
import { startControlApi, type Harness } from '../../../testing/harness.ts';
import { startMails } from '../../../testing/mails.ts';
import { openProviders } from '../../providers/open.ts';
import type { FirebaseFlow } from '../../providers/port.ts';

const origin = 'https://video.example.com';
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const signIn = {
  googleClientId: 'web',
  googleClientSecret: 'secret',
  appleTeamId: 'TEAM123456',
  appleKeyId: 'KEY1234567',
  applePrivateKey: privateKey,
  appleServiceId: 'service',
  facebookAppId: '1',
  facebookAppSecret: 'secret',
};

/** What the service answered. */
interface Answer {
  readonly statusCode: number;
  readonly body: string;
  json<T = Record<string, unknown>>(): T;
}

/** Somebody's browser tab: what it holds of a visit. */
interface Tab {
  readonly token: string;
  readonly url: string;
}

/** A service that people sign in to by Google, Apple and Facebook, each of which stands on this machine. */
export interface LinkedSite {
  readonly api: Harness;
  readonly google: OpenIdCounterpart;
  readonly apple: OpenIdCounterpart;
  readonly facebook: FacebookCounterpart;
  /** What stands for a token of Firebase, of somebody new with a phone. */
  firebaseToken(): string;
  post(path: string, body: object, authorization?: string): Promise<Answer>;
  /** Begins to sign in, or to link when signed in. */
  begin(provider: string, authorization?: string): Promise<Tab>;
  /** Goes to the provider, where `person` says who it is, and comes back to the service; where that sends the browser. */
  visit(tab: Tab): Promise<string>;
  /** Begins, visits and finishes. */
  signIn(provider: string, authorization?: string): Promise<Answer>;
}

export async function startLinkedSite(t: Test, settings: Record<string, unknown> = {}): Promise<LinkedSite> {
  const callback = (provider: string) => `${origin}/api/v1/sign-in/${provider}/callback`;
  const google = await OpenIdCounterpart.listen(t, 'google', [
    { id: 'web', secret: 'secret', redirectUri: callback('google') },
  ]);
  const apple = await OpenIdCounterpart.listen(t, 'apple', [
    { id: 'service', secret: { publicKeyPem: publicKey, teamId: 'TEAM123456' }, redirectUri: callback('apple') },
  ]);
  const facebook = await FacebookCounterpart.listen(t);
  facebook.apps.set('1', 'secret');
  const addresses = { google: google.issuer, apple: apple.issuer, facebook: facebook.addresses };
  const config = loadConfig({ overrides: { signIn } });
  const providers = await openProviders(config, { clock: systemClock, addresses });
  let callers = 0;
  /** Firebase takes seconds to start, and is tried for itself: here it believes what it is told. */
  const firebase: FirebaseFlow = {
    verify: async (idToken) => ({
      provider: 'phone',
      subject: idToken,
      email: undefined,
      emailIsProven: false,
      name: undefined,
      authenticatedAt: api.clock.now(),
    }),
    deleteUser: async () => undefined,
    close: async () => undefined,
  };
  const api: Harness = await startControlApi(t, {
    settings: { server: { publicUrl: origin }, signIn, ...settings },
    providers: { ...providers, firebase },
  });
  await startMails(api);
  const issuers: Readonly<Record<string, string>> = {
    google: google.issuer,
    apple: apple.issuer,
    facebook: facebook.server.url,
  };
  const site: LinkedSite = {
    api,
    google,
    apple,
    facebook,
    firebaseToken: () => `+49151${(callers += 1)}`,
    post: (path, body, authorization) =>
      api.app.inject({
        method: 'POST',
        url: `/api/v1${path}`,
        body,
        headers: { host: 'video.example.com', ...(authorization !== undefined && { authorization }) },
      }),
    async begin(provider, authorization) {
      const response =
        authorization === undefined
          ? await site.post(`/sign-in/${provider}/begin`, {})
          : await site.post(`/accounts/me/identities/begin/${provider}`, {}, authorization);
      if (response.statusCode !== 200) throw new Error(response.body);
      return response.json<Tab>();
    },
    async visit({ url }) {
      const issuer = Object.values(issuers).find((each) => url.startsWith(each)) ?? '';
      const { method, to, fields } = await browse(issuer, url);
      const form = new URLSearchParams(fields as Record<string, string>).toString();
      const path = new URL(to).pathname;
      const back = await api.app.inject(
        method === 'GET'
          ? { url: `${path}?${form}`, headers: { host: 'video.example.com' } }
          : {
              method,
              url: path,
              body: form,
              headers: {
                host: 'video.example.com',
                'content-type': 'application/x-www-form-urlencoded',
                origin: issuer,
                'sec-fetch-site': 'cross-site',
              },
            },
      );
      if (back.statusCode !== 303) throw new Error(`${back.statusCode} ${back.body}`);
      return String(back.headers.location);
    },
    async signIn(provider, authorization) {
      const tab = await site.begin(provider, authorization);
      await site.visit(tab);
      return authorization === undefined
        ? site.post('/sign-in/finish', { token: tab.token, delivery: 'body' })
        : site.post('/accounts/me/identities', { token: tab.token }, authorization);
    },
  };
  return site;
}
