import { useQuery } from '@tanstack/react-query';
import type { components } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, connection, session } from '../api/server.ts';

export type DataCopy = components['schemas']['DataCopy'];
export type Deletion = NonNullable<components['schemas']['OwnAccount']['deletion']>;

const copiesKey = ['data-copies'];
/** How often it is asked whether a copy is ready, in milliseconds. */
const askAgainMs = 3000;

/** Whether it is still to be made. */
export const isUnderWay = ({ state }: DataCopy) => state === 'waiting' || state === 'working';

/** The copies that there are; asked again as long as one is being made. */
export function useDataCopies() {
  return useQuery({
    queryKey: copiesKey,
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/accounts/me/data-copies', { signal })).items,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? askAgainMs : false),
  });
}

/** @throws ApiError data_copy_under_way, too_many_requests */
export async function askForCopy(): Promise<void> {
  await api.POST('/api/v1/accounts/me/data-copies');
  await connection.queryClient.invalidateQueries({ queryKey: copiesKey });
}

/** Has the browser save the file. @throws ApiError */
export async function downloadCopy({ id }: DataCopy): Promise<void> {
  const { url } = bodyOf(await api.POST('/api/v1/accounts/me/data-copies/{id}/download', { params: { path: { id } } }));
  // It is sent to be saved: the page stays.
  location.assign(url);
}

/** @throws ApiError last_administrator */
export async function deleteAccount(reason: string): Promise<void> {
  await api.POST('/api/v1/accounts/me/deletion', { body: reason === '' ? {} : { reason } });
  await session.accountChanged();
}

/** @throws ApiError deletion_under_way */
export async function keepAccount(): Promise<void> {
  await api.DELETE('/api/v1/accounts/me/deletion');
  await session.accountChanged();
}

/** How far it is with what somebody asked a provider for. */
export function useDeletionStatus(code: string) {
  return useQuery({
    queryKey: ['data-deletion', code],
    queryFn: async () =>
      bodyOf(await session.asNobody.GET('/api/v1/data-deletions/{code}', { params: { path: { code } } })),
    retry: false,
    enabled: code !== '',
  });
}
