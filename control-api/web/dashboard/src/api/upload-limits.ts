import { useQuery } from '@tanstack/react-query';
import { reachSuccess } from '../../../kit/api/transport.ts';
import { addresses } from '../addresses.ts';

/** Where files are sent by tus. */
export const uploadsUrl = `${addresses.server}/api/v1/uploads`;

/** Largest file the server takes, in bytes: what its tus endpoint says of itself (`Tus-Max-Size`). */
export function useMaxUploadBytes(): number | undefined {
  const { data } = useQuery({
    queryKey: ['upload-limits'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const { headers } = await reachSuccess(new Request(uploadsUrl, { method: 'OPTIONS', signal }));
      const bytes = Number(headers.get('Tus-Max-Size') ?? Number.NaN);
      return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
    },
  });
  return data ?? undefined;
}
