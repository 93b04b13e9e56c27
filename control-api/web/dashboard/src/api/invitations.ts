import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient, session } from './server.ts';
import type { InvitationFacts, StaffRole } from './types.ts';

const queryKey = ['invitations'];
const changed = () => queryClient.invalidateQueries({ queryKey });
const at = (id: string) => ({ params: { path: { id } } });

/** Who was asked to become staff and has not accepted yet. */
export function useInvitations() {
  return useQuery({
    queryKey,
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/invitations', { signal })).items,
  });
}

/** These throw ApiError and UnreachableError. */

/** @param titles to work on; null: all of them */
export async function invite(email: string, role: StaffRole, titles: readonly string[] | null): Promise<void> {
  const body = { email, role, titles: titles === null ? null : [...titles] };
  await api.POST('/api/v1/invitations', { body });
  await changed();
}

export async function sendInvitationAgain(id: string): Promise<void> {
  await api.POST('/api/v1/invitations/{id}/send-again', at(id));
  await changed();
}

export async function withdrawInvitation(id: string): Promise<void> {
  await api.DELETE('/api/v1/invitations/{id}', at(id));
  await changed();
}

/** What the link of a mail is about. */
export async function lookAtInvitation(link: string): Promise<InvitationFacts> {
  return bodyOf(await session.asNobody.POST('/api/v1/invitations/look', { body: { link } }));
}

/** Makes the account and signs in to it. */
export async function acceptInvitation(link: string, password: string): Promise<void> {
  await session.signIn((server) =>
    server.POST('/api/v1/invitations/accept', { body: { link, password, delivery: 'cookie' } }),
  );
}

/** Gives the role to the account that is signed in. */
export async function acceptAsOwner(link: string): Promise<void> {
  await api.POST('/api/v1/accounts/me/invitation', { body: { link } });
  await session.accountChanged();
}
