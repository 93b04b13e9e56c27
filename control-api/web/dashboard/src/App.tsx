import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import type { Account } from '../../kit/api/types.ts';
import { EmptyPage, NoPage } from '../../kit/layout/EmptyPage.tsx';
import { ErrorBoundary } from '../../kit/layout/ErrorBoundary.tsx';
import { PageHeading } from '../../kit/layout/PageHeading.tsx';
import { PlainPage } from '../../kit/layout/PlainPage.tsx';
import { Unreachable } from '../../kit/layout/Unreachable.tsx';
import { Waiting } from '../../kit/layout/Waiting.tsx';
import { useSession } from '../../kit/session/use-session.ts';
import { useSignOut } from '../../kit/session/use-sign-out.ts';
import { addresses } from './addresses.ts';
import { session } from './api/server.ts';
import { Shell } from './layout/Shell.tsx';
import { ToPage, type Home } from './layout/ToPage.tsx';
import { homeOf, pages, pagesFor } from './pages.ts';
import { invitationPath } from './paths.ts';
import { SignInPage } from './session/SignInPage.tsx';

const SecondFactorPage = lazy(async () => ({
  default: (await import('./second-factor/SecondFactorPage.tsx')).SecondFactorPage,
}));
const InvitationPage = lazy(async () => ({
  default: (await import('./invitation/InvitationPage.tsx')).InvitationPage,
}));

const restore = () => void session.restore();

/** An account that may watch but not manage: say so instead of showing pages that refuse everything. */
function StaffOnly({ email }: { readonly email: string }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { isBusy, signOut } = useSignOut(session);
  return (
    <PlainPage>
      <Stack align="center" gap="lg" maw={420} ta="center">
        <PageHeading title={t('staffOnly.title')} fz="xl" />
        <Text className="break-anywhere">{t('staffOnly.text', { email })}</Text>
        <Group justify="center">
          <Button component="a" href={`${addresses.outside}/`}>
            {t('staffOnly.toViewer')}
          </Button>
          <Button variant="light" loading={isBusy} onClick={() => void signOut()}>
            {t('kit:account.signOut')}
          </Button>
        </Group>
      </Stack>
    </PlainPage>
  );
}

/** A page that the account may not open, e.g. from a link that somebody sent. */
function NotPermitted({ home }: { readonly home: Home }) {
  const { t } = useTranslation();
  return (
    <EmptyPage
      icon={IconLock}
      title={t('notPermitted.title')}
      text={t('notPermitted.text')}
      toDo={<ToPage {...home} />}
    />
  );
}

/** The pages, for somebody who may open some. */
function Pages({ account, home }: { readonly account: Account; readonly home: Home }) {
  const open = pagesFor(account.permissions);
  return (
    <Routes>
      <Route element={<Shell account={account} pages={open} home={home} />}>
        {pages.map((page) => (
          <Route
            key={page.path}
            path={page.path}
            element={
              open.includes(page) ? (
                <ErrorBoundary key={page.path}>
                  <Suspense fallback={<Waiting />}>
                    <page.component />
                  </Suspense>
                </ErrorBoundary>
              ) : page.path === '/' ? (
                <Navigate to={home.path} replace />
              ) : (
                <NotPermitted home={home} />
              )
            }
          />
        ))}
        <Route path="*" element={<NoPage toDo={<ToPage {...home} />} />} />
      </Route>
    </Routes>
  );
}

/** What there is for somebody who is signed in. */
function Main() {
  const state = useSession(session);
  // Recovery codes are shown once, and the account may do more as soon as there are some: the page stays until they are kept.
  const [keepsCodes, setKeepsCodes] = useState<string>();
  if (state.status === 'restoring') return <Waiting />;
  if (state.status === 'unreachable') return <Unreachable error={state.error} onRetry={restore} />;
  if (state.status === 'signed-out') return <SignInPage because={state.because} />;
  const { account } = state;
  if (account.isSecondFactorMissing || keepsCodes === account.id)
    return (
      <Suspense fallback={<Waiting />}>
        <SecondFactorPage onCodes={() => setKeepsCodes(account.id)} onDone={() => setKeepsCodes(undefined)} />
      </Suspense>
    );
  const home = homeOf(account.permissions);
  return home ? <Pages account={account} home={home} /> : <StaffOnly email={account.email ?? account.id} />;
}

export function App() {
  return (
    <BrowserRouter basename={addresses.pages}>
      <Routes>
        <Route
          path={invitationPath}
          element={
            <Suspense fallback={<Waiting />}>
              <InvitationPage />
            </Suspense>
          }
        />
        <Route path="*" element={<Main />} />
      </Routes>
    </BrowserRouter>
  );
}
