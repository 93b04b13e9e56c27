import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { components } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { useSession } from '../../../kit/session/use-session.ts';
import { api, session } from '../api/server.ts';

export type Profile = components['schemas']['Profile'];
export type MaturityLimit = Profile['maturityLimit'];

/** Profiles that an account has at most, and the highest limit of a kids' profile: the server's numbers. */
export const mostProfiles = 5;
export const kidsLimit = 12;
/** Ages in years; null: everything. */
export const limits: readonly MaturityLimit[] = [0, 6, 12, 16, 18, null];
export const kidsLimits = limits.filter((limit) => limit !== null && limit <= kidsLimit);

const queryKey = ['profiles'];

async function ask() {
  const [list, current] = await Promise.all([api.GET('/api/v1/profiles'), api.GET('/api/v1/profiles/current')]);
  const { items, currentId } = bodyOf(list);
  return { items, currentId, isChosen: bodyOf(current).isChosen };
}

/** The profiles of the account that is signed in, and which of them this sign-in is for; nothing while nobody is. */
export function useProfiles() {
  const { status } = useSession(session);
  const { data, error, refetch } = useQuery({ queryKey, queryFn: ask, enabled: status === 'signed-in' });
  const profiles = data?.items ?? [];
  const current = profiles.find(({ id }) => id === data?.currentId);
  return {
    profiles,
    isLoaded: data !== undefined,
    error,
    refetch,
    /** Undefined while it is not known, and when one has to be chosen first. */
    current,
    /** Whether somebody has to say who is watching: there are several and nobody did, or the main one has a PIN. */
    mustChoose: data !== undefined && (current === undefined || (profiles.length > 1 && !data.isChosen)),
  };
}

/** To be called when a profile, or which one is chosen, is another one now. */
export function useProfilesChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey });
}

/** Chooses a profile for this sign-in. @throws ApiError pin_required, wrong_pin, too_many_requests */
export async function chooseProfile(id: string, pin: string | undefined): Promise<void> {
  const body = pin === undefined ? {} : { pin };
  await api.POST('/api/v1/profiles/{id}/choose', { params: { path: { id } }, body });
}
