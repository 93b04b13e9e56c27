import type { AssetState } from '../../server/db/tables/assets.ts';
import { isAllowed, type Role } from '../../server/kit/permissions.ts';

/**
 * Who may watch what, how many streams at once and up to which rung. An **allowance** is how much somebody may have:
 * the standard one belongs to everybody who is signed in, and the **grants** that an account holds widen it.
 */
export interface Allowance {
  /** Streams of one account at the same time; 0: unlimited. */
  readonly streams: number;
  /** Short side in pixels of the best picture; undefined: whatever there is. */
  readonly topRung: number | undefined;
}

/** What an account holds beyond the standard allowance. It takes nothing away from it. */
export interface Grant extends Allowance {
  /** Milliseconds since the epoch from which it counts no more; undefined: it does not end. */
  readonly until: number | undefined;
}

/** Who asks for what, where and when. */
export interface EntitlementQuestion {
  /** Undefined when nobody is signed in. */
  readonly account: { readonly id: string; readonly role: Role } | undefined;
  /**
   * Who of the account's household watches, as it was chosen for the sign-in, and up to which age what they see is
   * meant for (years; null: no limit). Undefined when nobody has chosen. What is above the limit is not found, so nothing here
   * depends on it.
   */
  readonly profile: { readonly id: string; readonly maturityLimit: number | null } | undefined;
  /** Undefined: a video without a title, which only staff find. */
  readonly title: { readonly id: string; readonly isFree: boolean; readonly topRung: number | undefined } | undefined;
  /** `versionId` is the version that is served now; undefined when there is none. */
  readonly asset: { readonly id: string; readonly state: AssetState; readonly versionId: string | undefined };
  readonly grants: readonly Grant[];
  /** Country of the viewer, ISO 3166-1 alpha-2; undefined when it is not known. Nothing depends on it yet. */
  readonly region?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Why somebody may watch. */
type GrantedReason = 'staff' | 'signed_in' | 'grant';

/** Why somebody may not. Stable: clients are told, as the problem code that belongs to it. */
export type RefusalReason = 'not_signed_in' | 'profile_not_chosen' | 'sign_up_needed' | 'asset_not_playable';

/** The decision. */
export type Entitlement =
  | ({ readonly granted: true; readonly reason: GrantedReason } & Allowance)
  | {
      readonly granted: false;
      readonly reason: RefusalReason;
      /** What the reason is about, for texts in any language. */
      readonly parameters: Readonly<Record<string, string | number>>;
    };

/**
 * Decides. Everybody who has an account may watch whatever can be played, viewers as well as staff; guests what is
 * free. Viewers watch as one of their household's profiles, which a PIN may keep to somebody. Of the allowances that are
 * in force, the widest of each kind counts; no allowance goes beyond the best picture of the title, but for staff.
 */
export function decideEntitlement(question: EntitlementQuestion, standard: Allowance): Entitlement {
  const { account, profile, title, asset, now } = question;
  if (!account) return { granted: false, reason: 'not_signed_in', parameters: {} };
  const isStaff = isAllowed(account.role, 'assets.read');
  if (!profile && !isStaff) return { granted: false, reason: 'profile_not_chosen', parameters: {} };
  if (account.role === 'guest' && title?.isFree !== true)
    return { granted: false, reason: 'sign_up_needed', parameters: {} };
  if ((asset.state !== 'playable' && asset.state !== 'ready') || asset.versionId === undefined)
    return { granted: false, reason: 'asset_not_playable', parameters: { assetState: asset.state } };

  const grants = question.grants.filter(({ until }) => until === undefined || now < until);
  const reason = isStaff ? 'staff' : grants.length > 0 ? 'grant' : 'signed_in';
  const allowance = widest([standard, ...grants]);
  const topRung = isStaff ? allowance.topRung : least(allowance.topRung, title?.topRung);
  return { granted: true, reason, ...allowance, topRung };
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  const rung = Math.min(one ?? Number.POSITIVE_INFINITY, other ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(rung) ? rung : undefined;
}

function widest(allowances: readonly Allowance[]): Allowance {
  const streams = allowances.map((allowance) => allowance.streams || Number.POSITIVE_INFINITY);
  const rungs = allowances.map(({ topRung }) => topRung ?? Number.POSITIVE_INFINITY);
  const [mostStreams, topRung] = [Math.max(...streams), Math.max(...rungs)];
  return {
    streams: Number.isFinite(mostStreams) ? mostStreams : 0,
    topRung: Number.isFinite(topRung) ? topRung : undefined,
  };
}
