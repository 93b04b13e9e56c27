import { Anchor, Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, NavigationType, Outlet, useLocation, useNavigationType } from 'react-router';
import { Brand } from '../../../kit/layout/Brand.tsx';
import { ErrorBoundary } from '../../../kit/layout/ErrorBoundary.tsx';
import { Offline } from '../../../kit/layout/Offline.tsx';
import { contentId, SkipLink } from '../../../kit/layout/SkipLink.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { languages } from '../../../kit/messages/i18n.ts';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import { Agreed } from '../consents/Agreed.tsx';
import { entries } from '../pages.ts';
import { useIsPasskeyOffered } from '../passkey-offer/offer.ts';
import { paths } from '../paths.ts';

// With the menus, which are much: the page is there before them.
const PersonMenu = lazy(async () => ({ default: (await import('./PersonMenu.tsx')).PersonMenu }));
const PasskeyOffer = lazy(async () => ({ default: (await import('../passkey-offer/PasskeyOffer.tsx')).PasskeyOffer }));
const LeavingNotice = lazy(async () => ({
  default: (await import('../personal-data/LeavingNotice.tsx')).LeavingNotice,
}));
const LanguageMenu = lazy(async () => ({ default: (await import('../../../kit/layout/Languages.tsx')).LanguageMenu }));

/** Who is signed in, or the way to be. Nothing until that is known. */
function Person() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const state = useSession(session);
  if (state.status === 'signed-in') return <PersonMenu account={state.account} />;
  if (state.status !== 'signed-out') return null;
  return (
    <Group gap="xs" wrap="nowrap">
      {languages().length > 1 && <LanguageMenu />}
      {pathname !== paths.signIn && (
        <Button component={Link} to={paths.signIn} variant="light" size="sm">
          {t('frame.signIn')}
        </Button>
      )}
    </Group>
  );
}

/** In the head of wide windows, at the foot of narrow ones, where a thumb is. */
function Navigation() {
  const { t } = useTranslation();
  return (
    <nav className="main-navigation" aria-label={t('frame.navigation')}>
      {entries.map(({ name, path, icon: EntryIcon }) => (
        <NavLink key={path} to={path} end={path === paths.home} className="navigation-link">
          <EntryIcon size={20} stroke={1.7} aria-hidden />
          <Text component="span" className="main-navigation-name">
            {t(`frame.to.${name}`)}
          </Text>
        </NavLink>
      ))}
    </nav>
  );
}

/** The frame of every page. */
export function Frame() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const way = useNavigationType();
  const isPasskeyOffered = useIsPasskeyOffered();
  const state = useSession(session);
  const { status } = state;
  const deletion = state.status === 'signed-in' ? state.account.deletion : null;
  // Back and forward, the browser finds the place by itself.
  useLayoutEffect(() => {
    if (way !== NavigationType.Pop) window.scrollTo(0, 0);
  }, [pathname, way]);
  return (
    <div className="viewer">
      <SkipLink />
      <header className="header">
        <div className="header-line">
          <Anchor
            component={Link}
            to={paths.home}
            underline="never"
            c="inherit"
            className="home"
            aria-label={t('frame.home')}
          >
            <Brand />
          </Anchor>
          <Navigation />
          <div className="header-end">
            <Suspense>
              <Person />
            </Suspense>
          </div>
        </div>
      </header>
      <Offline />
      <main id={contentId} tabIndex={-1} className="content">
        {deletion && (
          <Suspense>
            <LeavingNotice deletion={deletion} />
          </Suspense>
        )}
        {isPasskeyOffered && status === 'signed-in' && pathname !== paths.passkeys && (
          <Suspense>
            <PasskeyOffer />
          </Suspense>
        )}
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Waiting />}>
            <Agreed>
              <Outlet />
            </Agreed>
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}
