import { Authenticator } from '../../../server/testing/authenticator.ts';
import { totpCode } from '../../sign-in/factors/totp.ts';
import { password, type Harness } from '../../testing/harness.ts';
import { newestMailTo } from '../../testing/mails.ts';
import type { Writes } from './write.ts';

const newPassword = 'seven green bottles on a wall';
const delivery = 'body';
/** Where passkeys are made and used. */
const originOf = (api: Harness) => api.config.server.publicUrl || 'http://localhost';

async function post<T>(api: Harness, path: string, body?: object, authorization?: string): Promise<T> {
  const response = await api.app.inject({
    method: 'POST',
    url: `/api/v1/accounts${path}`,
    headers: { host: new URL(originOf(api)).host, ...(authorization !== undefined && { authorization }) },
    ...(body && { body }),
  });
  if (response.statusCode >= 300 && response.statusCode !== 401)
    throw new Error(`${path}: ${response.statusCode} ${response.body}`);
  return response.body === '' ? (undefined as T) : response.json<T>();
}

interface Begun {
  readonly token: string;
}
interface Asked extends Begun {
  readonly options: { readonly challenge: string; readonly rpId: string };
}

let people = 0;
const newAddress = () => `person-${(people += 1)}@example.com`;

/** Begins something with an address and reads the mail. */
async function begun(api: Harness, path: string, email: string, more: object = {}, authorization?: string) {
  const { token } = await post<Begun>(api, path, { email, ...more }, authorization);
  const { code, link } = await newestMailTo(api, email);
  return { token, code, link };
}

/** An account with an authenticator app, signed in. */
async function withTotp(api: Harness) {
  const { id, email, authorization } = await api.as('viewer');
  const { secret } = await post<{ secret: string }>(api, '/me/totp', undefined, authorization);
  const code = () => {
    api.clock.advance(30_000);
    return totpCode(secret, api.clock.now());
  };
  await post(api, '/me/totp/confirm', { code: code() }, authorization);
  return { id, email, authorization, code };
}

/** An account with a passkey, signed in. */
async function withPasskey(api: Harness) {
  const { id, email, authorization } = await api.as('viewer');
  const device = new Authenticator(originOf(api));
  const { token, options } = await post<Asked>(api, '/me/passkeys/options', undefined, authorization);
  const made = { token, response: device.make(options), name: 'My phone' };
  const { passkey } = await post<{ passkey: { id: string } }>(api, '/me/passkeys', made, authorization);
  return { id, email, authorization, device, passkey: passkey.id };
}

const hostOf = (api: Harness) => ({ host: new URL(originOf(api)).host });
const signInOf = (actor: unknown, proofs: string) => ({ actor, subject: /^family_/, after: { proofs } });

/** Every write of sign-in that declares an event, done once with success. Mails are sent meanwhile. */
export const signInWrites: Writes = {
  'POST /api/v1/accounts/sign-in': async (api) => {
    const { id, email } = await api.addAccount('viewer');
    return { url: '/accounts/sign-in', body: { email, password, delivery }, record: signInOf(id, 'password') };
  },
  'POST /api/v1/accounts/guest': async () => ({
    url: '/accounts/guest',
    body: { delivery },
    record: { actor: /^account_/, subject: /^family_/ },
  }),
  'POST /api/v1/accounts/sign-up/complete': async (api) => {
    const { token, code } = await begun(api, '/sign-up', newAddress(), { password: newPassword });
    return {
      url: '/accounts/sign-up/complete',
      body: { token, code, delivery },
      record: signInOf(/^account_/, 'password, code'),
    };
  },
  'POST /api/v1/accounts/sign-in/code/complete': async (api) => {
    const { token, code } = await begun(api, '/sign-in/code', newAddress());
    return {
      url: '/accounts/sign-in/code/complete',
      body: { token, code, delivery },
      record: signInOf(/^account_/, 'code'),
    };
  },
  'POST /api/v1/accounts/sign-in/second-factor': async (api) => {
    const { id, email, code } = await withTotp(api);
    const { token } = await post<Begun>(api, '/sign-in', { email, password, delivery });
    return {
      url: '/accounts/sign-in/second-factor',
      body: { token, totp: code(), delivery },
      record: signInOf(id, 'password, totp'),
    };
  },
  'POST /api/v1/accounts/sign-in/passkey': async (api) => {
    const { id, device } = await withPasskey(api);
    const { token: passkeyToken, options } = await post<Asked>(api, '/sign-in/passkey/options');
    return {
      url: '/accounts/sign-in/passkey',
      headers: hostOf(api),
      body: { passkeyToken, passkey: device.answer(options), delivery },
      record: signInOf(id, 'passkey'),
    };
  },
  'POST /api/v1/accounts/recovery/complete': async (api) => {
    const { id, email } = await api.addAccount('viewer');
    const { link } = await begun(api, '/recovery', email);
    return {
      url: '/accounts/recovery/complete',
      body: { link, newPassword },
      record: { actor: id, subject: id, after: { status: 'active' } },
    };
  },
  'POST /api/v1/accounts/not-me': async (api) => {
    const { id, email, authorization } = await api.as('viewer');
    await post(api, '/me/password', { currentPassword: password, newPassword }, authorization);
    const { link } = await newestMailTo(api, email);
    return {
      url: '/accounts/not-me',
      body: { link },
      record: { actor: id, subject: id, before: { status: 'active' }, after: { status: 'locked' } },
    };
  },
  'POST /api/v1/accounts/me/email/complete': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const address = newAddress();
    const { token, code } = await begun(api, '/me/email', address, {}, authorization);
    return {
      url: '/accounts/me/email/complete',
      authorization,
      body: { token, code },
      record: { actor: id, subject: id, before: { email: /^address:/ }, after: { email: /^address:/ } },
    };
  },
  'POST /api/v1/accounts/sign-out': async (api) => {
    const { id, email } = await api.addAccount('viewer');
    const { refreshToken } = await post<{ refreshToken: string }>(api, '/sign-in', { email, password, delivery });
    return { url: '/accounts/sign-out', body: { delivery, refreshToken }, record: { actor: id, subject: /^family_/ } };
  },
  'POST /api/v1/accounts/me/password': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const body = { currentPassword: password, newPassword };
    return { url: '/accounts/me/password', authorization, body, record: { actor: id, subject: id, before: null } };
  },
  'POST /api/v1/accounts/me/confirm': async (api) => {
    const { id, authorization } = await api.as('viewer');
    return {
      url: '/accounts/me/confirm',
      authorization,
      body: { password },
      record: { actor: id, subject: /^family_/ },
    };
  },
  'POST /api/v1/accounts/me/totp/confirm': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const { secret } = await post<{ secret: string }>(api, '/me/totp', undefined, authorization);
    return {
      url: '/accounts/me/totp/confirm',
      authorization,
      body: { code: totpCode(secret, api.clock.now()) },
      record: { actor: id, subject: id, after: { factor: 'totp', isOn: true } },
    };
  },
  'DELETE /api/v1/accounts/me/totp': async (api) => {
    const { id, authorization } = await withTotp(api);
    return {
      url: '/accounts/me/totp',
      authorization,
      record: { actor: id, subject: id, after: { factor: 'totp', isOn: false } },
    };
  },
  'POST /api/v1/accounts/me/recovery-codes': async (api) => {
    const { id, authorization } = await withPasskey(api);
    return {
      url: '/accounts/me/recovery-codes',
      authorization,
      record: { actor: id, subject: id, after: { factor: 'recovery-codes', isOn: true } },
    };
  },
  'POST /api/v1/accounts/me/passkeys': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const { token, options } = await post<Asked>(api, '/me/passkeys/options', undefined, authorization);
    return {
      url: '/accounts/me/passkeys',
      headers: hostOf(api),
      authorization,
      body: { token, response: new Authenticator(originOf(api)).make(options), name: 'My phone' },
      record: { actor: id, subject: /^passkey_/, after: { name: 'My phone' } },
    };
  },
  'PATCH /api/v1/accounts/me/passkeys/:id': async (api) => {
    const { id, authorization, passkey } = await withPasskey(api);
    return {
      url: `/accounts/me/passkeys/${passkey}`,
      authorization,
      body: { name: 'Another' },
      record: { actor: id, subject: passkey, after: { name: 'Another' } },
    };
  },
  'DELETE /api/v1/accounts/me/passkeys/:id': async (api) => {
    const { id, authorization, passkey } = await withPasskey(api);
    return { url: `/accounts/me/passkeys/${passkey}`, authorization, record: { actor: id, subject: passkey } };
  },
  'DELETE /api/v1/accounts/me/devices/:id': async (api) => {
    const { id, authorization } = await api.as('viewer');
    const other = await api.rows.signIn({ account_id: id, expires_at: api.clock.now() + 1e9 });
    return { url: `/accounts/me/devices/${other.id}`, authorization, record: { actor: id, subject: other.id } };
  },
  'POST /api/v1/accounts/me/devices/sign-out-others': async (api) => {
    const { id, authorization } = await api.as('viewer');
    await api.rows.signIn({ account_id: id });
    return {
      url: '/accounts/me/devices/sign-out-others',
      authorization,
      record: { actor: id, subject: id, after: { devices: 1 } },
    };
  },
};
