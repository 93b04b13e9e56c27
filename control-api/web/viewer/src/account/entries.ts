import {
  IconDevices,
  IconFileDownload,
  IconFingerprint,
  IconId,
  IconKey,
  IconLink,
  IconMail,
  IconShieldCheck,
  IconShieldLock,
} from '@tabler/icons-react';
import { paths } from '../paths.ts';

/** The rooms of the account, in the order in which they are listed; `name` is that of their texts in the messages. */
export const accountEntries = [
  { path: paths.account, name: 'overview', icon: IconId },
  { path: paths.email, name: 'email', icon: IconMail },
  { path: paths.password, name: 'password', icon: IconKey },
  { path: paths.passkeys, name: 'passkeys', icon: IconFingerprint },
  { path: paths.secondFactor, name: 'secondFactor', icon: IconShieldLock },
  { path: paths.devices, name: 'devices', icon: IconDevices },
  { path: paths.linked, name: 'linked', icon: IconLink },
  { path: paths.privacy, name: 'privacy', icon: IconShieldCheck },
  { path: paths.data, name: 'data', icon: IconFileDownload },
] as const;

export type AccountEntry = (typeof accountEntries)[number];
