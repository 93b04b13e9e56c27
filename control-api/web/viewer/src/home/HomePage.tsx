import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconLayoutDashboard, IconLogin2, IconUser, IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { worksInDashboard } from '../../../kit/session/staff.ts';
import { useSession } from '../../../kit/session/use-session.ts';
import { addresses } from '../addresses.ts';
import { session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { useProfiles } from '../profiles/household.ts';
import { useSignInOffer } from '../providers/providers.ts';
import './home.css';

/** Upright pictures, as the titles of this service have: only a sign of what is here. */
function Posters() {
  return (
    <div className="hero-posters" aria-hidden>
      <div className="hero-poster" />
      <div className="hero-poster" />
      <div className="hero-poster" />
    </div>
  );
}

function ForStaff() {
  const { t } = useTranslation();
  return (
    <Card component="section" withBorder radius="lg" padding="lg">
      <Group justify="space-between" gap="md">
        <div className="words-beside">
          <Title order={2}>{t('home.staff')}</Title>
          <Text size="sm" c="dimmed">
            {t('home.staffText')}
          </Text>
        </div>
        <Button
          component="a"
          href={`${addresses.outside}/dashboard/`}
          variant="light"
          leftSection={<IconLayoutDashboard size={18} />}
        >
          {t('home.toDashboard')}
        </Button>
      </Group>
    </Card>
  );
}

function SignedIn({ account }: { readonly account: Account }) {
  const { t } = useTranslation();
  return (
    <>
      <Card component="section" withBorder radius="lg" padding="lg">
        <Title order={2}>{t('home.nothing')}</Title>
        <Text size="sm" c="dimmed">
          {t('home.nothingText')}
        </Text>
      </Card>
      {worksInDashboard(account) && <ForStaff />}
    </>
  );
}

/** What this service is, and the way in. There is no catalogue to show yet. */
export function HomePage() {
  const { t } = useTranslation();
  const state = useSession(session);
  const { data: offer } = useSignInOffer();
  const { mustChoose } = useProfiles();
  if (mustChoose) return <Navigate to={paths.profiles} replace />;
  return (
    <Stack gap="lg">
      <section className="hero">
        <div className="hero-words">
          <PageHeading title={t('home.title')} c="white" className="hero-title" />
          <Text c="white" className="hero-lead">
            {t('home.lead')}
          </Text>
          <div className="hero-actions">
            {state.status === 'signed-out' && (
              <Button
                component={Link}
                to={paths.signIn}
                variant="white"
                color="dark"
                size="md"
                leftSection={<IconLogin2 size={18} />}
              >
                {t('home.signIn')}
              </Button>
            )}
            {state.status === 'signed-out' && offer?.signUp === 'open' && (
              <Button
                component={Link}
                to={paths.signUp}
                variant="outline"
                color="white"
                size="md"
                leftSection={<IconUserPlus size={18} />}
              >
                {t('home.signUp')}
              </Button>
            )}
            {state.status === 'signed-in' && (
              <Button
                component={Link}
                to={paths.account}
                variant="white"
                color="dark"
                size="md"
                leftSection={<IconUser size={18} />}
              >
                {t('home.toAccount')}
              </Button>
            )}
          </div>
        </div>
        <Posters />
      </section>
      {state.status === 'signed-in' && <SignedIn account={state.account} />}
    </Stack>
  );
}
