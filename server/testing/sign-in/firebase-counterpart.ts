import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createPublicKey } from 'node:crypto';
import { exportPKCS8, importJWK, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import type { Test } from 'tap';
import { CounterpartServer } from './counterpart-server.ts';
import { SigningKey } from './signing-key.ts';

/** Sends what is for Google's hosts to a counterpart on this machine, in the clear. */
class LocalAgent extends https.Agent {
  readonly #port: number;

  constructor(port: number) {
    super({ keepAlive: false });
    this.#port = port;
  }

  override createConnection(): ReturnType<typeof connect> {
    return connect(this.#port, '127.0.0.1');
  }
}

/** A user of Firebase. */
interface FirebaseUser {
  disabled: boolean;
  /** Tokens of sign-ins before are no good, in seconds since the epoch. */
  validSince: number;
}

/**
 * What the SDK of Firebase asks of Google's servers, on this machine: the keys that tokens are signed with, the token
 * of the service account, users. The emulator does not sign; this does, so that it is here that signatures are tried.
 */
export class FirebaseCounterpart {
  readonly server: CounterpartServer;
  readonly projectId = 'a-project';
  readonly users = new Map<string, FirebaseUser>();
  /** What Google answers to the key of the service account instead of a token. */
  keyIsRefused = false;
  key: SigningKey;
  readonly serviceAccountKey: string;
  readonly #accountKey: SigningKey;

  private constructor(server: CounterpartServer, key: SigningKey, accountKey: SigningKey, privatePem: string) {
    this.server = server;
    this.key = key;
    this.#accountKey = accountKey;
    this.serviceAccountKey = JSON.stringify({
      type: 'service_account',
      project_id: this.projectId,
      private_key_id: accountKey.kid,
      private_key: privatePem,
      client_email: 'sign-in@a-project.iam.gserviceaccount.com',
      token_uri: 'https://oauth2.googleapis.com/token',
    });
    server.serve((request, response) => void this.#handle(request, response));
  }

  /** Listens on a free port until `t` ends. So long, all that this process asks over HTTPS by Node's own means comes here. */
  static async listen(t: Test): Promise<FirebaseCounterpart> {
    const accountKey = await SigningKey.make();
    const privateKey = (await importJWK(accountKey.privateJwk, 'RS256', { extractable: true })) as CryptoKey;
    const server = await CounterpartServer.listen(t);
    const made = new FirebaseCounterpart(server, await SigningKey.make(), accountKey, await exportPKCS8(privateKey));
    t.intercept(https, 'globalAgent', { value: new LocalAgent(server.port) });
    return made;
  }

  /** Claims of a good token for somebody who came by `provider` (`google.com`), whose user there is made with it. */
  claims(provider: string, subject: string, more: JWTPayload = {}): JWTPayload {
    const uid = `user-of-${subject}`;
    if (!this.users.has(uid)) this.users.set(uid, { disabled: false, validSince: 0 });
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: `https://securetoken.google.com/${this.projectId}`,
      aud: this.projectId,
      sub: uid,
      user_id: uid,
      iat: now,
      auth_time: now,
      exp: now + 3600,
      firebase: { sign_in_provider: provider, identities: { [provider]: [subject] } },
      ...more,
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.server.url);
    const body = await text(request);
    const send = (status: number, answer: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
    if (pathname === '/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com')
      // Google has certificates here; the SDK takes the bare key as well.
      send(200, { [this.key.kid]: this.key.publicPem }, { 'cache-control': 'public, max-age=20000' });
    else if (pathname.endsWith('/token')) send(...(await this.#accountToken(body)));
    else if (request.headers.authorization !== 'Bearer of-the-service-account')
      send(401, { error: { code: 401, message: 'Request had invalid authentication credentials.' } });
    else if (pathname === `/v1/projects/${this.projectId}/accounts:lookup`) send(200, this.#lookUp(body));
    else if (pathname === `/v1/projects/${this.projectId}/accounts:delete`) send(...this.#delete(body));
    else send(404, { error: { code: 404, message: 'Not found' } });
  }

  async #accountToken(body: string): Promise<[number, object]> {
    const assertion = new URLSearchParams(body).get('assertion') ?? '';
    const isGenuine = await jwtVerify(assertion, createPublicKey(this.#accountKey.publicPem)).then(
      () => true,
      () => false,
    );
    if (this.keyIsRefused || !isGenuine)
      return [400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }];
    return [200, { access_token: 'of-the-service-account', expires_in: 3599, token_type: 'Bearer' }];
  }

  #lookUp(body: string): object {
    const { localId = [] } = JSON.parse(body) as { localId?: string[] };
    const users = localId.flatMap((uid) => {
      const user = this.users.get(uid);
      return user ? [{ localId: uid, disabled: user.disabled, validSince: String(user.validSince) }] : [];
    });
    return users.length === 0 ? {} : { users };
  }

  #delete(body: string): [number, object] {
    const { localId = '' } = JSON.parse(body) as { localId?: string };
    return this.users.delete(localId) ? [200, {}] : [400, { error: { code: 400, message: 'USER_NOT_FOUND' } }];
  }
}
