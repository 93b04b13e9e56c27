import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes } from 'react-router';
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
import { pages, pagesFor } from './pages.ts';
import { SignInPage } from './session/SignInPage.tsx';

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

export function App() {
  const state = useSession(session);
  if (state.status === 'restoring') return <Waiting />;
  if (state.status === 'unreachable') return <Unreachable error={state.error} onRetry={restore} />;
  if (state.status === 'signed-out') return <SignInPage because={state.because} />;
  const open = pagesFor(state.account.permissions);
  const [home] = open.flatMap(({ path, entry }) => (entry ? [{ path, name: entry.name }] : []));
  if (!home) return <StaffOnly email={state.account.email ?? state.account.id} />;
  return (
    <BrowserRouter basename={addresses.pages}>
      <Routes>
        <Route element={<Shell account={state.account} pages={open} />}>
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
                ) : (
                  <NotPermitted home={home} />
                )
              }
            />
          ))}
          <Route path="*" element={<NoPage toDo={<ToPage {...home} />} />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
