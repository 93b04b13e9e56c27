import { IconId, IconKey, type Icon } from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import { paths } from '../paths.ts';

/** A page of the account. The one list that its routes and its navigation are made from. */
export interface Room {
  readonly path: string;
  /** Of its name in the messages. */
  readonly name: 'profile' | 'password';
  readonly icon: Icon;
  readonly component: ComponentType;
}

const ProfilePage = lazy(async () => ({ default: (await import('./ProfilePage.tsx')).ProfilePage }));
const PasswordPage = lazy(async () => ({ default: (await import('./PasswordPage.tsx')).PasswordPage }));

export const accountRooms: readonly Room[] = [
  { path: paths.account, name: 'profile', icon: IconId, component: ProfilePage },
  { path: paths.password, name: 'password', icon: IconKey, component: PasswordPage },
];
