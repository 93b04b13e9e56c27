/** What can be announced. Events are hints for the living; the truth is in the database. */
export interface Events {
  /** Something a viewer of the asset would see changed (state, progress, error). */
  'asset.changed': { readonly assetId: string };
  /** The asset is gone: origins drop its sessions and cached bytes. */
  'asset.deleted': { readonly assetId: string };
  /** Something of what is under this series or movie, or that itself: who keeps answers about it asks again. */
  'titles.changed': { readonly rootId: string };
  /** The version failed or was cancelled: work on it must end now. */
  'version.ended': { readonly assetId: string; readonly versionId: string };
  /** Durable events were recorded (see `server/outbox/`): those who relay them can look now. */
  'outbox.recorded': { readonly [key: string]: never };
  /** A signing key of this ring was replaced (see `server/keys/`). */
  'keys.changed': { readonly ring: string };
  /** Role, status or sign-ins of the account changed: what it has open asks again whether it may. */
  'rights.changed': { readonly accountId: string };
}

/** The name of an event. */
export type EventName = keyof Events;

/**
 * Publish and subscribe between processes: at most once, no replay. Who must not miss a change looks for it now and then
 * as well.
 */
export interface EventBus {
  /**
   * Resolves when it was said, also when other processes cannot be reached: they miss it. The publisher's own process
   * always hears it.
   */
  publish<N extends EventName>(name: N, event: Events[N]): Promise<void>;
  /** Calls `listener` for each event from now on; the returned function ends it. A listener must not throw. */
  subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void;
  close(): Promise<void>;
}
