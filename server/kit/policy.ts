import { isAllowed, roles, type Permission, type Role } from './permissions.ts';

/** Somebody whose account is active. */
export interface Who {
  readonly accountId: string;
  readonly role: Role;
}

/** Something that belongs to an account. */
export interface Owned {
  readonly ownerId: string;
}

interface Rule {
  /** What allows it to the owner; `owning` when being the owner is enough. */
  readonly own?: Permission | 'owning';
  /** What allows it whosever thing it is. */
  readonly all?: Permission;
}

/**
 * What may be done to whose things. A thing that somebody may not do something to is not there for them (404): whether
 * it exists is nobody else's business. Playing is not here: that is decided by entitlements.
 */
const policy = {
  'asset.read': { all: 'assets.read' },
  'asset.change': { own: 'assets.manage', all: 'assets.manage-all' },
  'session.read': { own: 'owning', all: 'sessions.manage-all' },
  'session.end': { own: 'owning', all: 'sessions.manage-all' },
  'upload.list': { own: 'uploads.create', all: 'uploads.manage-all' },
  // Bytes come from one client: nobody else writes between them, whatever they may.
  'upload.continue': { own: 'uploads.create' },
  'upload.end': { own: 'uploads.create', all: 'uploads.manage-all' },
} satisfies Readonly<Record<string, Rule>>;

/** Something that is done to one thing. */
export type Action = keyof typeof policy;

/** Every action there is. */
export const actions = Object.keys(policy) as readonly Action[];

/** Whether somebody may do it to this thing. */
export function may(who: Who, action: Action, thing: Owned): boolean {
  const { own }: Rule = policy[action];
  if (mayToAll(who, action)) return true;
  return thing.ownerId === who.accountId && (own === 'owning' || (own !== undefined && isAllowed(who.role, own)));
}

/** Whether somebody may do it to everybody's things: for lists and streams of events that are not one owner's. */
export function mayToAll(who: Pick<Who, 'role'>, action: Action): boolean {
  const { all }: Rule = policy[action];
  return all !== undefined && isAllowed(who.role, all);
}

/** The roles whose accounts may do it to things of their own, for queries. */
export function ownerRoles(action: Action): readonly Role[] {
  return roles.filter((role) => may({ accountId: 'owner', role }, action, { ownerId: 'owner' }));
}
