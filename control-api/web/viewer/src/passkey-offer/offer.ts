import { useSyncExternalStore } from 'react';

/** Whether somebody has just signed in with a password, and may be offered something better. */
let isOffered = false;
const listeners = new Set<() => void>();

function set(value: boolean): void {
  isOffered = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const offerPasskey = (): void => set(true);
export const takeOfferBack = (): void => set(false);

/** Whether to offer a passkey, until that is answered or the page is left. */
export function useIsPasskeyOffered(): boolean {
  return useSyncExternalStore(subscribe, () => isOffered);
}
