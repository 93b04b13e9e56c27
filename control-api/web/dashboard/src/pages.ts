import {
  IconActivity,
  IconBooks,
  IconHistory,
  IconMail,
  IconMovie,
  IconUsers,
  IconUserShield,
  type Icon,
} from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import type { Permission } from '../../kit/api/types.ts';
import type { DashboardPermission } from '../../kit/session/staff.ts';
import type { Home } from './layout/ToPage.tsx';
import { accountPath, cataloguePages, cuesPath, markersPath, previewPath, titlePath, tracksPath } from './paths.ts';
import { LibraryPage } from './library/LibraryPage.tsx';

/** A page of the dashboard. The one list that routes and navigation are made from. */
export interface Page {
  /** Below `/dashboard`, in the router's notation. */
  readonly path: string;
  /**
   * What an account needs to open it; others neither see it in the navigation nor get to it. Undefined: everybody who
   * may open another one.
   */
  readonly permission?: DashboardPermission;
  readonly component: ComponentType;
  /** In the navigation; pages without one are reached from other pages. */
  readonly entry?: { readonly name: Home['name']; readonly icon: Icon };
}

const AssetPage = lazy(async () => ({ default: (await import('./asset/AssetPage.tsx')).AssetPage }));
const CataloguePage = lazy(async () => ({ default: (await import('./catalogue/CataloguePage.tsx')).CataloguePage }));
const CategoriesPage = lazy(async () => ({ default: (await import('./terms/CategoriesPage.tsx')).CategoriesPage }));
const PeoplePage = lazy(async () => ({ default: (await import('./terms/PeoplePage.tsx')).PeoplePage }));
const FeaturedPage = lazy(async () => ({ default: (await import('./featured/FeaturedPage.tsx')).FeaturedPage }));
const SchedulePage = lazy(async () => ({ default: (await import('./schedule/SchedulePage.tsx')).SchedulePage }));
const PreviewPage = lazy(async () => ({ default: (await import('./preview/PreviewPage.tsx')).PreviewPage }));
const MarkersPage = lazy(async () => ({ default: (await import('./markers/MarkersPage.tsx')).MarkersPage }));
const FilesPage = lazy(async () => ({ default: (await import('./catalogue/FilesPage.tsx')).FilesPage }));
const TitlePage = lazy(async () => ({ default: (await import('./title/TitlePage.tsx')).TitlePage }));
const TracksPage = lazy(async () => ({ default: (await import('./tracks/TracksPage.tsx')).TracksPage }));
const CuesPage = lazy(async () => ({ default: (await import('./cues/CuesPage.tsx')).CuesPage }));
const UsersPage = lazy(async () => ({ default: (await import('./users/UsersPage.tsx')).UsersPage }));
const UserPage = lazy(async () => ({ default: (await import('./users/UserPage.tsx')).UserPage }));
const StaffPage = lazy(async () => ({ default: (await import('./staff/StaffPage.tsx')).StaffPage }));
const OperationsPage = lazy(async () => ({
  default: (await import('./operations/OperationsPage.tsx')).OperationsPage,
}));
const AuditPage = lazy(async () => ({ default: (await import('./audit/AuditPage.tsx')).AuditPage }));
const MailPage = lazy(async () => ({ default: (await import('./mail/MailPage.tsx')).MailPage }));
const AccountPage = lazy(async () => ({ default: (await import('./account/AccountPage.tsx')).AccountPage }));

export const pages: readonly Page[] = [
  { path: '/', permission: 'assets.read', component: LibraryPage, entry: { name: 'library', icon: IconMovie } },
  { path: '/assets/:assetId', permission: 'assets.read', component: AssetPage },
  {
    path: cataloguePages.titles,
    permission: 'titles.read',
    component: CataloguePage,
    entry: { name: 'catalogue', icon: IconBooks },
  },
  { path: cataloguePages.categories, permission: 'titles.read', component: CategoriesPage },
  { path: cataloguePages.people, permission: 'titles.read', component: PeoplePage },
  { path: cataloguePages.home, permission: 'titles.read', component: FeaturedPage },
  { path: cataloguePages.schedule, permission: 'titles.read', component: SchedulePage },
  { path: cataloguePages.files, permission: 'titles.read', component: FilesPage },
  { path: previewPath(':titleId'), permission: 'titles.read', component: PreviewPage },
  { path: tracksPath(':titleId'), permission: 'titles.read', component: TracksPage },
  { path: cuesPath(':titleId', ':subtitlesId'), permission: 'titles.read', component: CuesPage },
  { path: markersPath(':titleId'), permission: 'titles.read', component: MarkersPage },
  { path: titlePath(':titleId'), permission: 'titles.read', component: TitlePage },
  { path: '/users', permission: 'accounts.read', component: UsersPage, entry: { name: 'users', icon: IconUsers } },
  { path: '/users/:accountId', permission: 'accounts.read', component: UserPage },
  {
    path: '/staff',
    permission: 'accounts.manage',
    component: StaffPage,
    entry: { name: 'staff', icon: IconUserShield },
  },
  {
    path: '/operations',
    permission: 'operations.read',
    component: OperationsPage,
    entry: { name: 'operations', icon: IconActivity },
  },
  { path: '/audit', permission: 'audit.read', component: AuditPage, entry: { name: 'audit', icon: IconHistory } },
  { path: '/mail', permission: 'mails.read', component: MailPage, entry: { name: 'mail', icon: IconMail } },
  { path: accountPath, component: AccountPage },
];

/** The pages that somebody with these permissions may open. */
export function pagesFor(permissions: readonly Permission[]): readonly Page[] {
  return pages.filter(({ permission }) => permission === undefined || permissions.includes(permission));
}

/** The page that they come to first; undefined when there is none for them. */
export function homeOf(permissions: readonly Permission[]): Home | undefined {
  return pagesFor(permissions).flatMap(({ path, entry }) => (entry ? [{ path, name: entry.name }] : []))[0];
}
