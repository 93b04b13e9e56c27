import { Alert, Button, Center, Loader, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconLock, IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { messageOf } from './api/problem.ts';
import { queryClient } from './api/queries.ts';
import { Brand } from './layout/Brand.tsx';
import { Shell } from './layout/Shell.tsx';
import { LibraryPage } from './library/LibraryPage.tsx';
import { session } from './session/session.ts';
import { SignInPage } from './session/SignInPage.tsx';

const AssetPage = lazy(async () => ({ default: (await import('./asset/AssetPage.tsx')).AssetPage }));
/** How often to try again by itself while the server is away, in milliseconds. */
const againMs = 4_000;

function Waiting() {
  return (
    <Center mih="50dvh">
      <Loader />
      <VisuallyHidden role="status">Loading</VisuallyHidden>
    </Center>
  );
}

function Unreachable({ error }: { readonly error: unknown }) {
  useEffect(() => {
    const again = () => void session.restore();
    const timer = setTimeout(again, againMs);
    window.addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', again);
    };
  }, [error]);
  return (
    <Center component="main" mih="100dvh" p="md" className="sign-in">
      <Stack align="center" gap="lg" maw={420}>
        <Brand size={38} />
        <Alert color="orange" icon={<IconPlugConnectedX size={18} />} title="No answer from the server" role="alert">
          <Stack gap="sm" align="flex-start">
            <Text size="sm">{messageOf(error)} This page tries again by itself.</Text>
            <Button
              size="xs"
              variant="light"
              color="orange"
              leftSection={<IconRefresh size={16} />}
              onClick={() => void session.restore()}
            >
              Try now
            </Button>
          </Stack>
        </Alert>
      </Stack>
    </Center>
  );
}

/** An account that may watch but not manage: say so instead of showing pages that refuse everything. */
function NotForViewers({ email }: { readonly email: string }) {
  return (
    <Center component="main" mih="100dvh" p="md" className="sign-in">
      <Stack align="center" gap="lg" maw={420}>
        <Brand size={38} />
        <Alert icon={<IconLock size={18} />} title="This account cannot manage titles">
          <Stack gap="sm" align="flex-start">
            <Text size="sm" className="break-anywhere">
              {email} may watch, but the dashboard is for content managers and administrators.
            </Text>
            <Button size="xs" variant="light" onClick={() => void session.signOut().catch(() => undefined)}>
              Sign out
            </Button>
          </Stack>
        </Alert>
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
  if (state.status === 'unreachable') return <Unreachable error={state.error} />;
  if (state.status === 'signed-out') return <SignInPage notice={state.notice} />;
  if (state.account.role === 'viewer') return <NotForViewers email={state.account.email} />;
  return (
    <BrowserRouter basename="/dashboard">
      <Routes>
        <Route element={<Shell account={state.account} />}>
          <Route index element={<LibraryPage />} />
          <Route
            path="assets/:assetId"
            element={
              <Suspense fallback={<Waiting />}>
                <AssetPage />
              </Suspense>
            }
          />
          <Route path="*" element={<Navigate to="/" replace />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
