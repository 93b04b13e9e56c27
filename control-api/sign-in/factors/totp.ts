import { Secret, TOTP } from 'otpauth';

/** What every authenticator app knows without being told (RFC 6238 with RFC 4226's six digits and SHA-1). */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Clocks are a little off, and a code is typed slowly: one step before and after counts (RFC 6238 §5.2). */
const window = 1;
/** The length that RFC 4226 §4 recommends. */
const secretBytes = 20;

/** A new secret, in base 32 as people type it. */
export function newTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/** The address that an authenticator app reads from a picture. */
export function totpUri(secret: string, label: { readonly service: string; readonly account: string }): string {
  return new TOTP({ ...parameters, issuer: label.service, label: label.account, secret }).toString();
}

/**
 * The step of time whose code this is; undefined when it is none of those around now.
 * @param now milliseconds since the epoch
 */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const totp = new TOTP({ ...parameters, secret });
  const delta = totp.validate({ token: code, timestamp: now, window });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

/** The code of a moment, for tests and those who set an authenticator up. */
export function totpCode(secret: string, now: number): string {
  return new TOTP({ ...parameters, secret }).generate({ timestamp: now });
}
