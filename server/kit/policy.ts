import { isAllowed, isStaff, roles, type Permission, type Role } from './permissions.ts';

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

interface AccountRule {
  /** What allows it to accounts of those who watch. */
  readonly viewers: Permission;
  /** What allows it to accounts of staff. */
  readonly staff: Permission;
  /** Whether it may be done to one's own account as well. */
  readonly own: boolean;
}

/**
 * What may be done to accounts. Nobody changes their own account by it: so nobody raises themselves, and nobody locks
 * themselves out. What one does to one's own has routes of its own (`account.manage-own`).
 */
const accountPolicy = {
  'account.read': { viewers: 'accounts.read', staff: 'accounts.manage', own: true },
  // Also signing out, and removing a second factor: for who lost theirs, and for who has somebody else in.
  'account.lock': { viewers: 'accounts.lock', staff: 'accounts.manage', own: false },
  'account.change': { viewers: 'accounts.manage', staff: 'accounts.manage', own: false },
} satisfies Readonly<Record<string, AccountRule>>;

/** Something that is done to an account. */
export type AccountAction = keyof typeof accountPolicy;

/** Every such action there is. */
export const accountActions = Object.keys(accountPolicy) as readonly AccountAction[];

/** Whether somebody may do it to this account. */
export function mayToAccount(who: Who, action: AccountAction, whose: Who): boolean {
  const isOwn = whose.accountId === who.accountId;
  return isOpen(who.role, action, whose.role) && (!isOwn || accountPolicy[action].own);
}

/** The roles whose accounts somebody of a role may do it to, for queries. */
export function rolesOpenTo(role: Role, action: AccountAction): readonly Role[] {
  return roles.filter((whose) => isOpen(role, action, whose));
}

function isOpen(role: Role, action: AccountAction, whose: Role): boolean {
  const { viewers, staff } = accountPolicy[action];
  return isAllowed(role, isStaff(whose) ? staff : viewers);
}
