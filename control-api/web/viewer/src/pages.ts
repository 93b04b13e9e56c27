import { IconHome, IconUser, type Icon } from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import { accountRooms } from './account/rooms.ts';
import { HomePage } from './home/HomePage.tsx';
import { paths } from './paths.ts';

/** A page of the app. The one list that routes are made from, with the rooms of the account. */
interface Page {
  readonly path: string;
  readonly component: ComponentType;
}

const SignInPage = lazy(async () => ({ default: (await import('./session/SignInPage.tsx')).SignInPage }));

/** Pages that everybody may open. */
export const openPages: readonly Page[] = [
  { path: paths.home, component: HomePage },
  { path: paths.signIn, component: SignInPage },
];

/** Pages of those who are signed in; others sign in in their place. */
export const accountPages: readonly Page[] = accountRooms;

/** What the navigation of every page leads to. */
export const entries = [
  { name: 'home', path: paths.home, icon: IconHome },
  { name: 'account', path: paths.account, icon: IconUser },
] as const satisfies readonly { readonly name: string; readonly path: string; readonly icon: Icon }[];
