import type { Permission } from '../api/types.ts';

/** What opens a page of the dashboard, one at least. */
const dashboardPermissions = [
  'accounts.manage',
  'accounts.read',
  'assets.read',
  'audit.read',
  'mails.read',
  'operations.read',
] as const satisfies readonly Permission[];
export type DashboardPermission = (typeof dashboardPermissions)[number];

/** Whether there is something in the dashboard for somebody with these permissions. */
export function opensDashboard(permissions: readonly Permission[]): boolean {
  return dashboardPermissions.some((permission) => permissions.includes(permission));
}
