import type { Account, Permission } from '../api/types.ts';

/** What opens a page of the dashboard, one at least. */
const dashboardPermissions = [
  'accounts.manage',
  'accounts.read',
  'assets.read',
  'audit.read',
  'mails.read',
  'operations.read',
  'titles.read',
] as const satisfies readonly Permission[];
export type DashboardPermission = (typeof dashboardPermissions)[number];

/**
 * Whether there is something in the dashboard for this account: also while its rights wait for a second factor, for that
 * is set up there.
 */
export function worksInDashboard({ permissions, isSecondFactorMissing }: Account): boolean {
  return isSecondFactorMissing || dashboardPermissions.some((permission) => permissions.includes(permission));
}
