import { Button, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { Devices } from '../../../kit/devices/Devices.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { SecondFactors } from '../../../kit/ways-in/SecondFactors.tsx';
import { addresses } from '../addresses.ts';
import { api, connection } from '../api/server.ts';
import type { ShellContext } from '../layout/shell-context.ts';

/**
 * One's own account: what somebody who works here signs in with, and where. The rest of it is the same for everybody who
 * has an account, and on the pages of the viewer app.
 */
export function AccountPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { account } = useOutletContext<ShellContext>();
  return (
    <Stack gap="lg" maw={760}>
      <PageHeading title={t('ownAccount.title')} />
      <Section title={t('ownAccount.who')}>
        <Stack gap="md" align="flex-start">
          <dl className="user-facts">
            <div>
              <Text component="dt" size="sm" c="dimmed">
                {t('ownAccount.email')}
              </Text>
              <Text component="dd" m={0} className="break-anywhere">
                {account.email ?? t('kit:account.nameless')}
              </Text>
            </div>
            <div>
              <Text component="dt" size="sm" c="dimmed">
                {t('ownAccount.role')}
              </Text>
              <Text component="dd" m={0}>
                {t(`roles.${account.role}`)}
              </Text>
            </div>
          </dl>
          <Text size="sm">{t('ownAccount.more')}</Text>
          <Button
            component="a"
            href={`${addresses.outside}/account`}
            variant="default"
            rightSection={<IconArrowRight size={16} className="toward-end" />}
          >
            {t('ownAccount.toAccount')}
          </Button>
        </Stack>
      </Section>
      <SecondFactors server={connection} parts={['passkeys', 'authenticator']} />
      <Devices api={api} />
    </Stack>
  );
}
