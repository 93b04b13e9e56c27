import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Suspense, useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ErrorBoundary } from '../../kit/layout/ErrorBoundary.tsx';
import { Brand } from '../../kit/layout/Brand.tsx';
import { Unreachable } from '../../kit/layout/Unreachable.tsx';
import { Waiting } from '../../kit/layout/Waiting.tsx';
import { queryClient, session } from './api/server.ts';
import { addresses } from './addresses.ts';
import { NoPage, NotPermitted } from './layout/EmptyPage.tsx';
import { Shell } from './layout/Shell.tsx';
import { pages, pagesFor } from './pages.ts';
import { SignInPage } from './session/SignInPage.tsx';

const restore = () => void session.restore();

/** An account that may watch but not manage: say so instead of showing pages that refuse everything. */
function StaffOnly({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100dvh" p="md" className="sign-in">
      <Stack align="center" gap="lg" maw={420}>
        <Brand size={38} />
        <Title order={1} fz="xl" ta="center">
          {t('staffOnly.title')}
        </Title>
        <Text ta="center" className="break-anywhere">
          {t('staffOnly.text', { email })}
        </Text>
        <Button variant="light" onClick={() => void session.signOut().catch(() => undefined)}>
          {t('shell.signOut')}
        </Button>
      </Stack>
    </Center>
  );
}

export function App() {
  const state = useSyncExternalStore(session.subscribe, session.snapshot);
  const accountId = state.status === 'signed-in' ? state.account.id : undefined;

  // What one person saw is not for the next one.
  useEffect(() => () => queryClient.clear(), [accountId]);

  if (state.status === 'restoring') return <Waiting />;
  if (state.status === 'unreachable') return <Unreachable error={state.error} onRetry={restore} />;
  if (state.status === 'signed-out') return <SignInPage ended={state.ended} />;
  const open = pagesFor(state.account.permissions);
  const [home] = open.flatMap(({ path, entry }) => (entry ? [{ path, name: entry.name }] : []));
  if (!home) return <StaffOnly email={state.account.email} />;
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
          <Route path="*" element={<NoPage home={home} />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
