import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconChevronRight, IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { useAccount } from '../session/use-account.ts';
import { accountEntries } from './entries.ts';

/** The ways to the other rooms, with what one does there. */
function Rooms() {
  const { t } = useTranslation();
  return (
    <Card component="nav" withBorder radius="lg" padding={0} aria-label={t('account.all')} className="account-rooms">
      {accountEntries.map(
        ({ path, name, icon: RoomIcon }) =>
          name !== 'overview' && (
            <Link key={path} to={path} className="account-entry">
              <RoomIcon size={22} stroke={1.6} aria-hidden />
              <span className="account-entry-words">
                <Text component="span" fw={600}>
                  {t(`account.rooms.${name}`)}
                </Text>
                <Text component="span" size="sm" c="dimmed">
                  {t(`account.about.${name}`)}
                </Text>
              </span>
              <IconChevronRight size={18} className="toward-end" aria-hidden />
            </Link>
          ),
      )}
    </Card>
  );
}

/** Who is signed in, the ways to the other rooms, and the way out. */
export function AccountPage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const { email, isEmailProven, createdAt } = useAccount();
  const { isBusy, signOut } = useSignOut(session);
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.title')} />
      <Section title={t('account.who')}>
        <dl className="facts">
          <div>
            <Text component="dt" size="sm" c="dimmed">
              {t('account.email')}
            </Text>
            <Group component="dd" gap="xs">
              <Text component="span" className="break-anywhere">
                {email ?? t('account.noEmail')}
              </Text>
              {email !== null && (
                <Badge variant="light" color={isEmailProven ? 'teal' : 'yellow'}>
                  {t(isEmailProven ? 'account.proven' : 'account.unproven')}
                </Badge>
              )}
            </Group>
          </div>
          <div>
            <Text component="dt" size="sm" c="dimmed">
              {t('account.since')}
            </Text>
            <Text component="dd">{t('account.sinceDay', { at: createdAt })}</Text>
          </div>
        </dl>
      </Section>
      {!isEmailProven && (
        <Notice
          title={t(email === null ? 'account.addEmail' : 'account.proveEmail')}
          says={t('account.proveText')}
          toDo={
            <Button component={Link} to={paths.email} size="xs" variant="light" color="yellow">
              {t('account.toEmail')}
            </Button>
          }
        />
      )}
      <Rooms />
      <Section title={t('account.signOut')}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{t('account.signOutText')}</Text>
          <Button
            variant="default"
            leftSection={<IconLogout size={16} />}
            loading={isBusy}
            onClick={() => void signOut()}
          >
            {t('kit:account.signOut')}
          </Button>
        </Stack>
      </Section>
    </Stack>
  );
}
