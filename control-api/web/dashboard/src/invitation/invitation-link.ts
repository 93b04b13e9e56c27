import { useSyncExternalStore } from 'react';
import { addresses } from '../addresses.ts';
import { invitationPath } from '../paths.ts';

/** As the server makes them: an id and a secret. */
const pattern = /^challenge_[0-9A-Z]{26}\.[A-Za-z0-9_-]{43}$/;

let link: string | undefined;
const listeners = new Set<() => void>();

/**
 * Takes the secret of the mail's link out of the address bar and the history, as soon as it is there: nobody who looks at
 * the screen, nor a bookmark, nor another page gets it. It is kept in memory only.
 */
function take(): void {
  const page = location.pathname.slice(addresses.pages.length).replace(/(?<=.)\/$/, '');
  if (page !== invitationPath || location.hash === '') return;
  const found = location.hash.slice(1);
  link = pattern.test(found) ? found : undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  for (const listener of listeners) listener();
}

take();
// A link that is opened where the page is open already does not load it again.
window.addEventListener('hashchange', take);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The secret of the link that the page was opened with; undefined when it was opened without one, or with half of one. */
export function useInvitationLink(): string | undefined {
  return useSyncExternalStore(subscribe, () => link);
}
