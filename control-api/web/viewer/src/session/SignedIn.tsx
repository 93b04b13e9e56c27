import { lazy } from 'react';
import { Outlet } from 'react-router';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';

const SignIn = lazy(async () => ({ default: (await import('./SignIn.tsx')).SignIn }));

/** Around pages of those who are signed in: others sign in here, and the page they asked for appears. */
export function SignedIn() {
  const state = useSession(session);
  if (state.status === 'signed-in') return <Outlet context={state.account} />;
  return state.status === 'signed-out' ? <SignIn because={state.because} /> : <Waiting />;
}
