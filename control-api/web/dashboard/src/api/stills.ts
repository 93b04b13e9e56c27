import { useQuery } from '@tanstack/react-query';
import { atMost } from '../../../kit/api/at-most.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { ApiError } from '../../../kit/api/problem.ts';
import { useFileUrl } from '../pictures/use-file-url.ts';
import { api } from './server.ts';
import type { Still } from './types.ts';

/** Browsers have six connections to a server, and what the pages ask for goes before their pictures. */
const inTurn = atMost(3);
/** How long after a failure that may pass a picture is asked for again. */
const againMs = 30_000;

/** A picture as a page may show it. `url` stays that of the picture before until the next one has come. */
export interface Picture {
  readonly url: string | undefined;
  readonly isFailed: boolean;
}

/**
 * A picture of a title. It is fetched, because only the access token opens it, which no `<img>` can send: the cookie of
 * the session is for new tokens alone, and a picture must not be worth more than that.
 * @param isWanted false as long as nobody sees it
 */
export function usePicture(assetId: string, still: Still | null, isWanted: boolean): Picture {
  const { versionId = '', chunk = 0 } = still ?? {};
  const { data, isError } = useQuery({
    queryKey: ['stills', assetId, versionId, chunk],
    queryFn: async ({ signal }) =>
      inTurn(async () => {
        signal.throwIfAborted();
        const path = { id: assetId, versionId, chunk };
        return bodyOf(
          await api.GET('/api/v1/assets/{id}/stills/{versionId}/{chunk}', {
            params: { path },
            parseAs: 'blob',
            signal,
          }),
        );
      }),
    enabled: isWanted && still !== null,
    placeholderData: (before, query) => (still !== null && query?.queryKey[1] === assetId ? before : undefined),
    // It never changes.
    staleTime: Infinity,
    refetchInterval: ({ state: { error } }) =>
      error === null || (error instanceof ApiError && error.status < 500) ? false : againMs,
  });
  return { url: useFileUrl(data), isFailed: isError };
}
