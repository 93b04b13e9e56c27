import type { Selectable } from 'kysely';
import type { SignInsTable } from '../../server/db/tables/sign-in.ts';
import { areaOf } from '../../server/http/callers/network.ts';
import type { Client } from './client.ts';

/** What of an earlier sign-in tells a device. */
export type EarlierDevice = Pick<Selectable<SignInsTable>, 'user_agent' | 'address'>;

/**
 * Whether an account has signed in from such a device before: one that calls itself the same, somewhere near. Programs
 * change their names with their versions, so numbers do not count. Nobody is told of the first device of an account.
 */
export function isKnownDevice(
  client: Pick<Client, 'userAgent' | 'address'>,
  earlier: readonly EarlierDevice[],
): boolean {
  const name = nameOf(client.userAgent);
  const area = areaOf(client.address);
  return (
    earlier.length === 0 ||
    earlier.some(
      ({ user_agent: userAgent, address }) =>
        nameOf(userAgent) === name && address !== null && areaOf(address) === area,
    )
  );
}

const nameOf = (userAgent: string | null): string => (userAgent ?? '').replaceAll(/\d+/g, '');
