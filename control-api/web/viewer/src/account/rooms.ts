import { lazy, type ComponentType } from 'react';
import { accountEntries, type AccountEntry } from './entries.ts';

/** The page of each room; it is loaded when it is opened. */
const components: Readonly<Record<AccountEntry['name'], ComponentType>> = {
  overview: lazy(async () => ({ default: (await import('./AccountPage.tsx')).AccountPage })),
  email: lazy(async () => ({ default: (await import('./EmailPage.tsx')).EmailPage })),
  password: lazy(async () => ({ default: (await import('./PasswordPage.tsx')).PasswordPage })),
  passkeys: lazy(async () => ({ default: (await import('./PasskeysPage.tsx')).PasskeysPage })),
  secondFactor: lazy(async () => ({ default: (await import('./SecondFactorPage.tsx')).SecondFactorPage })),
  devices: lazy(async () => ({ default: (await import('./DevicesPage.tsx')).DevicesPage })),
  linked: lazy(async () => ({ default: (await import('./LinkedPage.tsx')).LinkedPage })),
  privacy: lazy(async () => ({ default: (await import('./PrivacyPage.tsx')).PrivacyPage })),
  data: lazy(async () => ({ default: (await import('../personal-data/DataPage.tsx')).DataPage })),
};

/** The rooms of the account, as routes are made from them. */
export const accountRooms = accountEntries.map(({ path, name }) => ({ path, component: components[name] }));
