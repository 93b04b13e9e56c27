import type { components, paths } from '../../../openapi.d.ts';

type Schemas = components['schemas'];

/** Something that was begun: its token goes on, until it expires. */
export type Begun = Schemas['Begun'];
/** A question for a passkey, and the token that its answer is sent with. */
export type PasskeyQuestion = Schemas['PasskeyQuestion'];

/** What somebody proves by who they are. */
export type Proof = paths['/api/v1/accounts/me/confirm']['post']['requestBody']['content']['application/json'];
export type PasskeyProof = Extract<Proof, { readonly passkey: unknown }>;
/** Those that stand beside a password. */
export type SecondFactorProof = Exclude<Proof, { readonly password: string } | { readonly code: string }>;

/** What makes a passkey one of the account. */
export type MadePasskey = Omit<
  paths['/api/v1/accounts/me/passkeys']['post']['requestBody']['content']['application/json'],
  'name'
>;

/** A kind of proof. */
export type Way = Schemas['WaysIn']['confirmsBy'][number];
export type SecondFactor = Exclude<Way, 'password' | 'code'>;

export const isSecondFactor = (way: unknown): way is SecondFactor =>
  way === 'totp' || way === 'passkey' || way === 'recovery-code';

/**
 * The ways to offer, in their order: without passkeys where the browser has none for this page, unless there is nothing
 * else. Pure.
 */
export function offeredWays<W extends Way>(ways: readonly W[], takesPasskeys: boolean): readonly W[] {
  const others = ways.filter((way) => takesPasskeys || way !== 'passkey');
  return others.length > 0 ? others : ways;
}
