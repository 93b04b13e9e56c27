import { Navigate } from 'react-router';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { SignIn } from './SignIn.tsx';

/** The page that one signs in on; those who are signed in already are sent home. */
export function SignInPage() {
  const state = useSession(session);
  if (state.status === 'signed-in') return <Navigate to={paths.home} replace />;
  return state.status === 'signed-out' ? <SignIn because={state.because} /> : <Waiting />;
}
