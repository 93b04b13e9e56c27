import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { components } from '../../../openapi.d.ts';
import { bodyOf } from '../api/client.ts';
import type { Connection } from '../api/connect.ts';

export type WaysIn = components['schemas']['WaysIn'];
export type Passkey = components['schemas']['Passkey'];

/** What the parts of this folder ask the server by. */
export type ToServer = Pick<Connection, 'api' | 'session'>;

const queryKey = ['ways-in'];

/** What the account signs in with. */
export function useWaysIn({ api }: Pick<ToServer, 'api'>) {
  return useQuery({ queryKey, queryFn: async () => bodyOf(await api.GET('/api/v1/accounts/me/ways-in')) });
}

/**
 * To be called when a way in was added or removed: the lists are asked for again, and what the account may do, which
 * may depend on it.
 */
export function useWaysInChanged({ session }: Pick<ToServer, 'session'>): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    // Every other device is signed out by it.
    await Promise.all([queries.invalidateQueries({ queryKey }), queries.invalidateQueries({ queryKey: ['devices'] })]);
    // When it cannot be asked now, the next token says it.
    await session.accountChanged().catch(() => undefined);
  };
}
