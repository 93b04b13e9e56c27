import type { components } from '../../../openapi.d.ts';

/** The names that the apps use for what the API returns; generated, so that a drift is a type error. */
type Schemas = components['schemas'];

/** The account that is signed in, with what it may do. */
export type Account = Schemas['OwnAccount'];
export type Permission = Account['permissions'][number];
export type SignedIn = Schemas['SignedIn'];
export type ProblemCode = Schemas['Problem']['code'];
export type StartedSession = Schemas['StartedSession'];
