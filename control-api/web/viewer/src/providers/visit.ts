import { addresses } from '../addresses.ts';

/** Somebody who was sent to a provider from this tab, and what they come back for. */
export interface Visit {
  /** Only this tab has it: what the provider says counts for nobody else. */
  readonly token: string;
  readonly for: 'sign-in' | 'linking';
}

const key = `dramabox-visit${addresses.server}`;

/** Sends the browser to the provider. */
export function leaveFor(url: string, visit: Visit): void {
  sessionStorage.setItem(key, JSON.stringify(visit));
  location.assign(url);
}

function read(): Visit | undefined {
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  const visit = kept === null ? undefined : (JSON.parse(kept) as Partial<Visit>);
  return typeof visit?.token === 'string' ? { token: visit.token, for: visit.for ?? 'sign-in' } : undefined;
}

let taken: { readonly visit: Visit | undefined } | undefined;

/** The visit that this page goes on with, if any: it works once, and is not kept any longer. */
export function takeVisit(): Visit | undefined {
  return (taken ??= { visit: read() }).visit;
}
