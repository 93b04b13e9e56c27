import { lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { NoPage } from '../../kit/layout/EmptyPage.tsx';
import { Unreachable } from '../../kit/layout/Unreachable.tsx';
import { useSession } from '../../kit/session/use-session.ts';
import { addresses } from './addresses.ts';
import { session } from './api/server.ts';
import { Frame } from './layout/Frame.tsx';
import { ToHome } from './layout/ToHome.tsx';
import { accountPages, householdPages, openPages } from './pages.ts';
import { SignedIn } from './session/SignedIn.tsx';

const AccountArea = lazy(async () => ({ default: (await import('./account/AccountArea.tsx')).AccountArea }));

const restore = () => void session.restore();

export function App() {
  const state = useSession(session);
  if (state.status === 'unreachable') return <Unreachable error={state.error} onRetry={restore} />;
  return (
    <BrowserRouter basename={addresses.pages || '/'}>
      <Routes>
        <Route element={<Frame />}>
          {openPages.map((page) => (
            <Route key={page.path} path={page.path} element={<page.component />} />
          ))}
          <Route element={<SignedIn />}>
            {householdPages.map((page) => (
              <Route key={page.path} path={page.path} element={<page.component />} />
            ))}
            <Route element={<AccountArea />}>
              {accountPages.map((page) => (
                <Route key={page.path} path={page.path} element={<page.component />} />
              ))}
            </Route>
          </Route>
          <Route path="*" element={<NoPage toDo={<ToHome />} />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
