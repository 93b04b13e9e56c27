import { Button, Stack, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { session } from '../api/server.ts';
import { useAccount } from '../session/use-account.ts';

/** Who is signed in, and the way out. */
export function ProfilePage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const { email, createdAt } = useAccount();
  const { isBusy, signOut } = useSignOut(session);
  return (
    <Stack gap="lg">
      <PageHeading title={t('profile.title')} />
      <Section title={t('profile.who')}>
        <dl className="facts">
          <div>
            <Text component="dt" size="sm" c="dimmed">
              {t('profile.email')}
            </Text>
            <Text component="dd" className="break-anywhere">
              {email}
            </Text>
          </div>
          <div>
            <Text component="dt" size="sm" c="dimmed">
              {t('profile.since')}
            </Text>
            <Text component="dd">{t('profile.sinceDay', { at: createdAt })}</Text>
          </div>
        </dl>
      </Section>
      <Section title={t('profile.signOut')}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{t('profile.signOutText')}</Text>
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
