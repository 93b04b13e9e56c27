import { Avatar, Box, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../api/types.ts';
import { LanguageItems } from '../layout/Languages.tsx';
import { languages } from '../messages/i18n.ts';

interface Props {
  readonly account: Account;
  /** What is said of the account below its address. */
  readonly detail?: string;
  /** What stands for the person, 32 px wide; else the first letter of the address does. */
  readonly picture?: ReactNode;
  /** The app's own items. */
  readonly children?: ReactNode;
  readonly isBusy: boolean;
  readonly onSignOut: () => void;
}

/** Who is signed in, the language, and the way out. */
export function AccountMenu({ account, detail, picture, children, isBusy, onSignOut }: Props) {
  const { t } = useTranslation('kit');
  const name = account.email ?? t('account.nameless');
  return (
    <Menu position="bottom-end" width={260} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className="account" aria-label={t('account.of', { email: name })}>
          <Group gap={6} wrap="nowrap">
            {picture ?? (
              <Avatar size={32} radius="xl" color="brand" variant="light">
                {name.slice(0, 1).toUpperCase()}
              </Avatar>
            )}
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py="xs">
          <Text size="sm" fw={600} truncate title={name}>
            {name}
          </Text>
          {detail !== undefined && (
            <Text size="xs" c="dimmed">
              {detail}
            </Text>
          )}
        </Box>
        <Menu.Divider />
        {children !== undefined && (
          <>
            {children}
            <Menu.Divider />
          </>
        )}
        {languages().length > 1 && (
          <>
            <LanguageItems />
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={onSignOut} disabled={isBusy}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
