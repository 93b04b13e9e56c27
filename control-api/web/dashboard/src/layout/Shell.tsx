import {
  Anchor,
  Badge,
  Box,
  Button,
  Container,
  Group,
  Menu,
  Text,
  Tooltip,
  UnstyledButton,
  Avatar,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconCloudUpload, IconLogout, IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { useAssetEvents, type LiveState } from '../api/asset-events.ts';
import { messageOf } from '../api/problem.ts';
import type { Account } from '../api/types.ts';
import { session } from '../session/session.ts';
import { DropAnywhere } from '../uploads/DropAnywhere.tsx';
import { useUploads } from '../uploads/uploads.ts';
import { percent } from '../words/quantities.ts';
import { Brand } from './Brand.tsx';

const roleNames: Record<string, string> = {
  super_admin: 'Administrator',
  content_manager: 'Content manager',
  viewer: 'Viewer',
};

function Live({ state }: { readonly state: LiveState }) {
  if (state === 'connecting') return null;
  if (state === 'live') {
    return (
      <Tooltip label="Changes appear by themselves">
        <Badge variant="dot" color="teal" size="lg" tt="none" fw={500} visibleFrom="xs" data-testid="live">
          Live
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
      data-testid="live"
      role="status"
    >
      Reconnecting…
    </Badge>
  );
}

/** Uploads go on while another page is open; this leads back to them. */
function UploadsInHand() {
  const { entries } = useUploads();
  const { pathname } = useLocation();
  const open = entries.filter((entry) => entry.state !== 'finished' && entry.state !== 'refused');
  if (open.length === 0 || pathname === '/') return null;
  const total = open.reduce((sum, entry) => sum + entry.size, 0);
  const sent = open.reduce((sum, entry) => sum + entry.sent, 0);
  return (
    <Button
      component={Link}
      to="/"
      variant="light"
      size="compact-md"
      leftSection={<IconCloudUpload size={16} />}
      aria-label={`${open.length} uploads, ${percent(sent / total)} percent`}
    >
      <span className="figures">{percent(sent / total)}%</span>
    </Button>
  );
}

function AccountMenu({ account }: { readonly account: Account }) {
  const [busy, setBusy] = useState(false);
  async function signOut() {
    setBusy(true);
    try {
      await session.signOut();
    } catch (error) {
      setBusy(false);
      notifications.show({ color: 'red', title: 'Not signed out', message: messageOf(error) });
    }
  }
  return (
    <Menu position="bottom-end" width={260} shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label={`Account ${account.email}`} p={4} style={{ borderRadius: 8 }}>
          <Group gap={6} wrap="nowrap">
            <Avatar size={32} radius="xl" color="brand" variant="light">
              {account.email.slice(0, 1).toUpperCase()}
            </Avatar>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py="xs">
          <Text size="sm" fw={600} truncate title={account.email}>
            {account.email}
          </Text>
          <Text size="xs" c="dimmed">
            {roleNames[account.role] ?? account.role}
          </Text>
        </Box>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()} disabled={busy}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the pages inside learn from the frame. */
export interface ShellContext {
  /** Whether changes are announced by the server; pages ask by themselves otherwise. */
  readonly isLive: boolean;
}

/** The frame of every page of a signed-in person. */
export function Shell({ account }: { readonly account: Account }) {
  const live = useAssetEvents();
  return (
    <>
      <DropAnywhere />
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <Box component="header" className="header">
        <Container size="xl" h={60}>
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Anchor component={Link} to="/" underline="never" c="inherit" aria-label="Dramabox, to the library">
              <Brand />
            </Anchor>
            <Group gap="sm" wrap="nowrap">
              <UploadsInHand />
              <Live state={live} />
              <AccountMenu account={account} />
            </Group>
          </Group>
        </Container>
      </Box>
      <Container
        component="main"
        id="content"
        tabIndex={-1}
        size="xl"
        py={{ base: 'md', sm: 'xl' }}
        style={{ outline: 'none' }}
      >
        <Outlet context={{ isLive: live === 'live' } satisfies ShellContext} />
      </Container>
    </>
  );
}
