import { IconActivity, IconHistory, IconMail, IconMovie, type Icon } from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import type { Permission } from '../../kit/api/types.ts';
import type { DashboardPermission } from '../../kit/session/staff.ts';
import { LibraryPage } from './library/LibraryPage.tsx';

/** A page of the dashboard. The one list that routes and navigation are made from. */
export interface Page {
  /** Below `/dashboard`, in the router's notation. */
  readonly path: string;
  /** What an account needs to open it; others neither see it in the navigation nor get to it. */
  readonly permission: DashboardPermission;
  readonly component: ComponentType;
  /** In the navigation; pages without one are reached from other pages. */
  readonly entry?: { readonly name: 'library' | 'operations' | 'audit' | 'mail'; readonly icon: Icon };
}

const AssetPage = lazy(async () => ({ default: (await import('./asset/AssetPage.tsx')).AssetPage }));
const OperationsPage = lazy(async () => ({
  default: (await import('./operations/OperationsPage.tsx')).OperationsPage,
}));
const AuditPage = lazy(async () => ({ default: (await import('./audit/AuditPage.tsx')).AuditPage }));
const MailPage = lazy(async () => ({ default: (await import('./mail/MailPage.tsx')).MailPage }));

export const pages: readonly Page[] = [
  { path: '/', permission: 'assets.read', component: LibraryPage, entry: { name: 'library', icon: IconMovie } },
  { path: '/assets/:assetId', permission: 'assets.read', component: AssetPage },
  {
    path: '/operations',
    permission: 'operations.read',
    component: OperationsPage,
    entry: { name: 'operations', icon: IconActivity },
  },
  { path: '/audit', permission: 'audit.read', component: AuditPage, entry: { name: 'audit', icon: IconHistory } },
  { path: '/mail', permission: 'mails.read', component: MailPage, entry: { name: 'mail', icon: IconMail } },
];

/** The pages that somebody with these permissions may open. */
export function pagesFor(permissions: readonly Permission[]): readonly Page[] {
  return pages.filter(({ permission }) => permissions.includes(permission));
}
