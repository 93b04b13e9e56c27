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
const ReturnPage = lazy(async () => ({ default: (await import('./providers/ReturnPage.tsx')).ReturnPage }));
const SignUpPage = lazy(async () => ({ default: (await import('./sign-up/SignUpPage.tsx')).SignUpPage }));
const ConfirmSignUpPage = lazy(async () => ({
  default: (await import('./sign-up/ConfirmSignUpPage.tsx')).ConfirmSignUpPage,
}));
const RecoveryPage = lazy(async () => ({ default: (await import('./recovery/RecoveryPage.tsx')).RecoveryPage }));
const NewPasswordPage = lazy(async () => ({
  default: (await import('./recovery/NewPasswordPage.tsx')).NewPasswordPage,
}));
const NotMePage = lazy(async () => ({ default: (await import('./recovery/NotMePage.tsx')).NotMePage }));
const DeletionStatusPage = lazy(async () => ({
  default: (await import('./personal-data/DeletionStatusPage.tsx')).DeletionStatusPage,
}));
const ProfilesPage = lazy(async () => ({ default: (await import('./profiles/ProfilesPage.tsx')).ProfilesPage }));
const NewProfilePage = lazy(async () => ({ default: (await import('./profiles/NewProfilePage.tsx')).NewProfilePage }));
const ManageProfilesPage = lazy(async () => ({
  default: (await import('./profiles/ManageProfilesPage.tsx')).ManageProfilesPage,
}));
const ProfilePage = lazy(async () => ({ default: (await import('./profiles/ProfilePage.tsx')).ProfilePage }));

/** Pages that everybody may open. */
export const openPages: readonly Page[] = [
  { path: paths.home, component: HomePage },
  { path: paths.signIn, component: SignInPage },
  { path: paths.signInReturn, component: ReturnPage },
  { path: paths.signUp, component: SignUpPage },
  { path: paths.confirmSignUp, component: ConfirmSignUpPage },
  { path: paths.recovery, component: RecoveryPage },
  { path: paths.newPassword, component: NewPasswordPage },
  { path: paths.notMe, component: NotMePage },
  { path: paths.dataDeletion, component: DeletionStatusPage },
];

/** Who of the household watches; for those who are signed in. */
export const householdPages: readonly Page[] = [
  { path: paths.profiles, component: ProfilesPage },
  { path: paths.newProfile, component: NewProfilePage },
  { path: paths.manageProfiles, component: ManageProfilesPage },
  { path: paths.profile, component: ProfilePage },
];

/** Pages of those who are signed in; others sign in in their place. */
export const accountPages: readonly Page[] = accountRooms;

/** What the navigation of every page leads to. */
export const entries = [
  { name: 'home', path: paths.home, icon: IconHome },
  { name: 'account', path: paths.account, icon: IconUser },
] as const satisfies readonly { readonly name: string; readonly path: string; readonly icon: Icon }[];
