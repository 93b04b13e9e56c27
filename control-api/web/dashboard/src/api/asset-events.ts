import { useEffect, useRef } from 'react';
import { useEventStream, type LiveState } from '../../../kit/api/live.ts';
import { addresses } from '../addresses.ts';
import { assetKeys } from './assets.ts';
import { Refresher } from './refresher.ts';
import { fetchAsSignedIn, queryClient } from './server.ts';

/** Changes are collected this long before the page asks again: encoders report several times a second. */
const gatherMs = 600;

function assetIdOf(data: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    const id =
      typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)['assetId'] : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

/** A response on its way is not thrown away, or a busy encoder would keep the page from ever showing one. */
const askAgain = async (ids: readonly string[]) =>
  Promise.all(
    [assetKeys.lists, ...ids.map((id) => assetKeys.one(id))].map(async (queryKey) =>
      queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false }),
    ),
  );

/** Keeps what the pages show of assets in step with the server. */
export function useAssetEvents(): LiveState {
  const refresher = useRef<Refresher>(undefined);
  refresher.current ??= new Refresher(askAgain, gatherMs);
  useEffect(() => () => refresher.current?.stop(), []);
  return useEventStream({
    url: `${addresses.server}/api/v1/assets/events`,
    fetch: fetchAsSignedIn,
    onOpen: () => void queryClient.invalidateQueries({ queryKey: assetKeys.all }),
    onEvent: ({ data }) => {
      const assetId = assetIdOf(data);
      if (assetId !== undefined) refresher.current?.add(assetId);
    },
  });
}
