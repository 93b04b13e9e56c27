import { useEffect, useRef } from 'react';
import { useEventStream, type LiveState } from '../../../kit/api/live.ts';
import { serverPath } from '../base.ts';
import { assetKeys } from './assets.ts';
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

/** Asks again for what changed; several changes within a moment are one question. */
class Refresher {
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(assetId: string): void {
    this.#changed.add(assetId);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    // A response on its way is not thrown away, or a busy encoder would keep the page from ever showing one.
    const options = { cancelRefetch: false };
    void queryClient.invalidateQueries({ queryKey: assetKeys.lists }, options);
    for (const id of this.#changed) void queryClient.invalidateQueries({ queryKey: assetKeys.one(id) }, options);
    this.#changed.clear();
  }
}

/** Keeps what the pages show of assets in step with the server. */
export function useAssetEvents(): LiveState {
  const refresher = useRef<Refresher>(undefined);
  refresher.current ??= new Refresher();
  useEffect(() => () => refresher.current?.stop(), []);
  return useEventStream({
    url: `${serverPath}/api/v1/assets/events`,
    fetch: fetchAsSignedIn,
    onOpen: () => void queryClient.invalidateQueries({ queryKey: assetKeys.all }),
    onEvent: ({ data }) => {
      const assetId = assetIdOf(data);
      if (assetId !== undefined) refresher.current?.add(assetId);
    },
  });
}
