import { Anchor, Card, Group, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formats } from '../../../kit/messages/i18n.ts';
import type { UserAccount } from '../api/types.ts';
import { LeavingBadge, RoleBadge, StatusBadge } from './badges.tsx';
import { nameOf } from './names.ts';

interface RowProps {
  readonly user: UserAccount;
}

function Name({ user }: RowProps) {
  const { t } = useTranslation();
  return (
    <div style={{ minWidth: 0 }}>
      <Anchor component={Link} to={`/users/${user.id}`} className="row-link break-anywhere" size="sm">
        {nameOf(t, user)}
      </Anchor>
      {user.email !== null && !user.isEmailProven && (
        <Text size="xs" c="dimmed">
          {t('users.unproven')}
        </Text>
      )}
    </div>
  );
}

function Since({ user }: RowProps) {
  const { day, exactly } = formats();
  return (
    <Text size="sm" c="dimmed" component="time" dateTime={user.createdAt} title={exactly(user.createdAt)}>
      {day(user.createdAt)}
    </Text>
  );
}

/** What tests and the page find a user by; it takes the focus when it was the first of those that were added. */
const attributesOf = ({ id }: UserAccount) => ({ tabIndex: -1, 'data-testid': 'user', 'data-user': id });

interface ListProps {
  readonly users: readonly UserAccount[];
}

function UserTable({ users }: ListProps) {
  const { t } = useTranslation();
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="lg" layout="fixed" aria-label={t('users.caption')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('users.name')}</Table.Th>
            <Table.Th w={190}>{t('users.role')}</Table.Th>
            <Table.Th w={210}>{t('users.status')}</Table.Th>
            <Table.Th w={150}>{t('users.since')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id} {...attributesOf(user)}>
              <Table.Td>
                <Name user={user} />
              </Table.Td>
              <Table.Td>
                <RoleBadge role={user.role} />
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  <StatusBadge status={user.status} />
                  {user.deletion && <LeavingBadge endsAt={user.deletion.endsAt} />}
                </Group>
              </Table.Td>
              <Table.Td>
                <Since user={user} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function UserCards({ users }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('users.caption')}>
      {users.map((user) => (
        <Card
          component="li"
          key={user.id}
          withBorder
          radius="lg"
          padding="md"
          className="title-card"
          {...attributesOf(user)}
        >
          <Stack gap="xs">
            <Name user={user} />
            <Group gap="xs">
              <RoleBadge role={user.role} />
              <StatusBadge status={user.status} />
              {user.deletion && <LeavingBadge endsAt={user.deletion.endsAt} />}
              <Since user={user} />
            </Group>
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function UserList(props: ListProps) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isWide ? <UserTable {...props} /> : <UserCards {...props} />;
}
