import type { EventBus } from '../../events/port.ts';

/** Something that stays open: an event stream, a socket. */
export interface Watched {
  readonly accountId: string;
  isStillAllowed(): Promise<boolean>;
  /** Ends it. */
  end(): void;
}

/**
 * Asks again whether it is allowed as soon as the rights of its account change, and ends it when it is not. Events can
 * get lost: it should ask now and then as well. The returned function stops that.
 */
export function watchRights(
  events: Pick<EventBus, 'subscribe'>,
  { accountId, isStillAllowed, end }: Watched,
): () => void {
  return events.subscribe('rights.changed', (changed) => {
    if (changed.accountId !== accountId) return;
    isStillAllowed().then(
      (isAllowed) => {
        if (!isAllowed) end();
      },
      // Nobody knows: who connects again is asked again.
      () => {
        end();
      },
    );
  });
}
