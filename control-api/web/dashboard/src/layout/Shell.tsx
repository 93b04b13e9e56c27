import { ActionIcon, Anchor, Badge, Box, Button, Container, Group, Menu, Text, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCloudUpload, IconMenu2, IconPlugConnectedX, IconUserCog } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import type { LiveState } from '../../../kit/api/live.ts';
import type { Account } from '../../../kit/api/types.ts';
import { Brand } from '../../../kit/layout/Brand.tsx';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { contentId, SkipLink } from '../../../kit/layout/SkipLink.tsx';
import { AccountMenu } from '../../../kit/session/AccountMenu.tsx';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { useAssetEvents } from '../api/asset-events.ts';
import { session } from '../api/server.ts';
import { type Page } from '../pages.ts';
import { accountPath } from '../paths.ts';
import { DropAnywhere } from '../uploads/DropAnywhere.tsx';
import { isUnsent } from '../uploads/upload.ts';
import { useUploads } from '../uploads/uploads.ts';
import type { ShellContext } from './shell-context.ts';
import type { Home } from './ToPage.tsx';

function Live({ state }: { readonly state: LiveState }) {
  const { t } = useTranslation();
  if (state === 'connecting') return null;
  if (state === 'live') {
    return (
      <Tooltip label={t('shell.liveHint')}>
        <Badge variant="dot" color="teal" size="lg" tt="none" fw={500} visibleFrom="sm" data-testid="live">
          {t('shell.live')}
        </Badge>
      </Tooltip>
    );
  }
  return (
    <Badge
      variant="light"
      color="orange"
      size="lg"
      tt="none"
      leftSection={<IconPlugConnectedX size={14} />}
      style={{ flexShrink: 0 }}
      data-testid="live"
      role="status"
      aria-label={t('shell.reconnecting')}
    >
      <Box component="span" visibleFrom="sm">
        {t('shell.reconnecting')}
      </Box>
    </Badge>
  );
}

/** Uploads go on while another page is open; this leads back to them. */
function UploadsInHand() {
  const { t } = useTranslation();
  const { entries } = useUploads();
  const { pathname } = useLocation();
  const open = entries.filter(isUnsent);
  if (open.length === 0 || pathname === '/') return null;
  const total = open.reduce((sum, entry) => sum + entry.size, 0);
  const share = open.reduce((sum, entry) => sum + entry.sent, 0) / total;
  return (
    <Button
      component={Link}
      to="/"
      variant="light"
      size="compact-md"
      leftSection={<IconCloudUpload size={16} />}
      aria-label={t('shell.uploads', { count: open.length, share })}
    >
      <span className="figures">{t('shell.share', { share })}</span>
    </Button>
  );
}

function AccountInShell({ account }: { readonly account: Account }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { isBusy, signOut } = useSignOut(session);
  const [asks, setAsks] = useState(false);
  const unsent = useUploads().entries.filter(isUnsent).length;
  return (
    <>
      <AccountMenu
        account={account}
        detail={t(`roles.${account.role}`)}
        isBusy={isBusy}
        onSignOut={() => (unsent > 0 ? setAsks(true) : void signOut())}
      >
        <Menu.Item component={Link} to={accountPath} leftSection={<IconUserCog size={16} />}>
          {t('shell.ownAccount')}
        </Menu.Item>
      </AccountMenu>
      <ConfirmDialog
        opened={asks}
        title={t('shell.signOutTitle')}
        action={t('kit:account.signOut')}
        keep={t('shell.signOutKeep')}
        onClose={() => setAsks(false)}
        onConfirm={signOut}
      >
        {t('shell.signOutText', { count: unsent })}
      </ConfirmDialog>
    </>
  );
}

/** More icons than this, and a phone has no room for them beside one another. */
const mostIcons = 4;
/** More pages than this, and only the widest windows have room for names and icons. */
const mostPictured = 6;

/** The pages that this account may open; names where there is room for them, icons elsewhere, a menu of many on phones. */
function Navigation({ pages }: { readonly pages: readonly Page[] }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const isNarrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const entries = pages.flatMap(({ path, entry }) => (entry ? [{ path, ...entry }] : []));
  if (entries.length < 2) return null;
  if (isNarrow && entries.length > mostIcons)
    return (
      <Box component="nav" aria-label={t('shell.navigation')}>
        <Menu position="bottom-start" width={240} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('shell.navigation')}>
              <IconMenu2 size={22} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {entries.map(({ path, name, icon: PageIcon }) => (
              <Menu.Item
                key={path}
                component={Link}
                to={path}
                leftSection={<PageIcon size={18} stroke={1.7} />}
                {...(pathname === path && { 'aria-current': 'page' })}
              >
                {t(`pages.${name}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Box>
    );
  const namesFrom = entries.length > mostIcons ? 'lg' : 'sm';
  return (
    <Group
      component="nav"
      gap={4}
      wrap="nowrap"
      aria-label={t('shell.navigation')}
      className="navigation"
      {...(entries.length > mostPictured && { 'data-many': true })}
    >
      {entries.map(({ path, name, icon: PageIcon }) => (
        <NavLink key={path} to={path} end={path === '/'} className="navigation-link" aria-label={t(`pages.${name}`)}>
          <PageIcon size={18} stroke={1.7} aria-hidden />
          <Text component="span" size="sm" fw={550} visibleFrom={namesFrom}>
            {t(`pages.${name}`)}
          </Text>
        </NavLink>
      ))}
    </Group>
  );
}

interface ShellProps {
  readonly account: Account;
  /** Those that it may open. */
  readonly pages: readonly Page[];
  readonly home: Home;
}

/** The frame of every page of a signed-in person. */
export function Shell(props: ShellProps) {
  return props.account.permissions.includes('assets.read') ? <LiveFrame {...props} /> : <Frame {...props} />;
}

/** With what the server announces of titles. */
function LiveFrame(props: ShellProps) {
  return <Frame {...props} live={useAssetEvents()} />;
}

/** @param live undefined where nothing is announced */
function Frame({ account, pages, home, live }: ShellProps & { readonly live?: LiveState }) {
  const { t } = useTranslation();
  return (
    <>
      <SkipLink />
      <Box component="header" className="header">
        <Container size="xl" h={60}>
          <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
            <Group wrap="nowrap" gap="lg">
              <Anchor
                component={Link}
                to={home.path}
                underline="never"
                c="inherit"
                className="home"
                aria-label={t('shell.home')}
              >
                <Brand nameFrom="sm" />
              </Anchor>
              <Navigation pages={pages} />
            </Group>
            <Group gap="sm" wrap="nowrap">
              <UploadsInHand />
              {live && <Live state={live} />}
              <AccountInShell account={account} />
            </Group>
          </Group>
        </Container>
      </Box>
      <Container
        component="main"
        id={contentId}
        tabIndex={-1}
        size="xl"
        py={{ base: 'md', sm: 'xl' }}
        style={{ outline: 'none' }}
      >
        {account.permissions.includes('uploads.create') && <DropAnywhere />}
        <Outlet context={{ account, isLive: live === 'live' } satisfies ShellContext} />
      </Container>
    </>
  );
}
