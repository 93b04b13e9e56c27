import type { TFunction } from 'i18next';
import type { UserAccount } from '../api/types.ts';

/** What an account is called: its address, or what it is when it has none. */
export function nameOf(t: TFunction, { email, role }: Pick<UserAccount, 'email' | 'role'>): string {
  return email ?? t(role === 'guest' ? 'users.guest' : 'users.nameless');
}
