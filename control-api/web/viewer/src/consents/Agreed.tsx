import { lazy, type ReactNode } from 'react';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import { useProfiles } from '../profiles/household.ts';
import { useConsents } from './consents.ts';

const DueConsents = lazy(async () => ({ default: (await import('./DueConsents.tsx')).DueConsents }));

/**
 * Around pages: who is signed in and has not agreed to what everybody must is asked first. Nobody waits for it, and a
 * kids' profile, which may not answer, is not asked.
 */
export function Agreed({ children }: { readonly children: ReactNode }) {
  const { status } = useSession(session);
  const { data } = useConsents({ isOn: status === 'signed-in' });
  const { current } = useProfiles();
  const due = data?.items.filter(({ isDue }) => isDue) ?? [];
  if (status !== 'signed-in' || due.length === 0 || current?.isKids === true) return children;
  return <DueConsents due={due} />;
}
