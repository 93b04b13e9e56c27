/** What an account may be. `guest`: somebody who watches before signing up. */
export const roles = ['super_admin', 'content_manager', 'support', 'finance', 'viewer', 'guest'] as const;
/** The role of an account. */
export type Role = (typeof roles)[number];

/** Everything that somebody may be allowed to do, by the thing it is done to. `-all` is for things of other accounts. */
export const permissions = [
  'account.manage-own',
  'accounts.lock',
  'accounts.manage',
  'accounts.read',
  'assets.manage',
  'assets.manage-all',
  'assets.read',
  'audit.read',
  'mails.read',
  'metrics.read',
  'operations.manage',
  'operations.read',
  'playback.start',
  'sessions.manage-all',
  'titles.edit',
  'titles.publish',
  'titles.read',
  'uploads.create',
  'uploads.manage-all',
] as const;
/** Something that an account may be allowed to do. */
export type Permission = (typeof permissions)[number];

/**
 * What each role may do. The only place that says so: nothing else compares roles. Whether it may be done to a thing
 * of somebody else is said by `policy.ts`.
 */
const permissionsByRole: Readonly<Record<Role, readonly Permission[]>> = {
  super_admin: permissions,
  content_manager: [
    'account.manage-own',
    'assets.manage',
    'assets.read',
    'operations.read',
    'playback.start',
    'titles.edit',
    'titles.publish',
    'titles.read',
    'uploads.create',
  ],
  support: ['account.manage-own', 'accounts.lock', 'accounts.read', 'playback.start'],
  finance: ['account.manage-own', 'accounts.read', 'playback.start'],
  viewer: ['account.manage-own', 'playback.start'],
  guest: ['playback.start'],
};

/** Everything that an account of this role may do, in alphabetical order. */
export function permissionsOf(role: Role): readonly Permission[] {
  return permissionsByRole[role];
}

/** Whether an account of this role may do it. */
export function isAllowed(role: Role, permission: Permission): boolean {
  return permissionsByRole[role].includes(permission);
}

/** The roles that may do it, for queries. */
export function rolesWith(permission: Permission): readonly Role[] {
  return roles.filter((role) => isAllowed(role, permission));
}

/** Whether accounts of this role work for the service: they may do more than those who watch. */
export function isStaff(role: Role): boolean {
  return permissionsOf(role).some((permission) => !isAllowed('viewer', permission));
}

/** The roles of staff, for queries and forms. */
export const staffRoles: readonly Role[] = roles.filter(isStaff);
