import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { ulid } from 'ulid';
import { sharedServer } from '../shared-server.ts';

/** Where the run's emulator is to be had: the socket of `firebase-auth-service.ts`. The runner sets it. */
const serviceVariable = 'DRAMABOX_TEST_FIREBASE_AUTH';

/** Somebody as an app meets them after a sign-in. */
export interface SignedIn {
  readonly idToken: string;
  readonly localId: string;
}

/** A project of a test's own at Firebase's Auth emulator, and what apps do there by Firebase's SDK. */
export class FirebaseAuth {
  readonly host: string;
  readonly projectId = `demo-${ulid().toLowerCase()}`;

  constructor(host: string) {
    this.host = host;
  }

  /** By another provider, which says `claims` of the person: `google.com`, `apple.com`, `facebook.com`. */
  signInWith(
    provider: string,
    claims: { readonly sub: string } & Readonly<Record<string, unknown>>,
  ): Promise<SignedIn> {
    return this.#ask('accounts:signInWithIdp', {
      postBody: new URLSearchParams({ providerId: provider, id_token: JSON.stringify(claims) }).toString(),
      requestUri: 'http://localhost',
      returnSecureToken: true,
    });
  }

  /** By a code that the emulator would have sent to the phone. */
  async signInByPhone(phoneNumber: string): Promise<SignedIn> {
    const { sessionInfo } = await this.#ask<{ sessionInfo: string }>('accounts:sendVerificationCode', { phoneNumber });
    const response = await fetch(`http://${this.host}/emulator/v1/projects/${this.projectId}/verificationCodes`);
    const { verificationCodes } = (await response.json()) as {
      verificationCodes: { code: string; sessionInfo: string }[];
    };
    const code = verificationCodes.find((each) => each.sessionInfo === sessionInfo)?.code;
    return this.#ask('accounts:signInWithPhoneNumber', { sessionInfo, code });
  }

  /** With an address that nobody looked at, and a password. */
  async signUp(credentials: { readonly email: string; readonly password: string }): Promise<SignedIn> {
    await this.#ask('accounts:signUp', credentials);
    return this.#ask('accounts:signInWithPassword', { ...credentials, returnSecureToken: true });
  }

  /** Changes a user as an operator does. */
  async change(
    localId: string,
    change: { readonly disableUser?: boolean; readonly validSince?: string },
  ): Promise<void> {
    await this.#ask('accounts:update', { localId, ...change });
  }

  async has(localId: string): Promise<boolean> {
    return 'users' in (await this.#ask<object>('accounts:lookup', { localId: [localId] }));
  }

  async #ask<T>(operation: string, body: object): Promise<T> {
    const response = await fetch(`http://${this.host}/identitytoolkit.googleapis.com/v1/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
      body: JSON.stringify({ ...body, targetProjectId: this.projectId }),
    });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`The emulator refuses ${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

/**
 * Firebase's Auth emulator: the run's, which all test files share, or one of the file's own when that is run by hand,
 * which ends with `t`. It is plain Node and needs nothing that npm did not bring.
 */
export async function startFirebaseAuth(t: Test): Promise<FirebaseAuth> {
  const service = process.env[serviceVariable];
  if (service) return new FirebaseAuth(await sharedServer<string>("Firebase's emulator", service));
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-firebase-'));
  const socket = path.join(folder, 'socket');
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'firebase-auth-service.ts'), socket], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.stdin.end();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return new FirebaseAuth(await sharedServer<string>("Firebase's emulator", socket));
}
