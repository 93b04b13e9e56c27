import { Button, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../api/client.ts';
import { ConfirmDialog } from '../layout/ConfirmDialog.tsx';
import { Notice } from '../layout/Notice.tsx';
import { Section } from '../layout/Section.tsx';
import { useWaysInChanged, type ToServer, type WaysIn } from './ways-in.ts';

/** With so few left it is time for new ones. */
const few = 3;

interface Props {
  readonly server: ToServer;
  readonly waysIn: WaysIn;
  /** There are new recovery codes, to be shown. */
  readonly onCodes: (codes: readonly string[]) => void;
}

/** How many recovery codes are left, and new ones in their place. */
export function RecoveryCodesLeft({ server, waysIn: { recoveryCodes }, onCodes }: Props) {
  const { t } = useTranslation('kit');
  const changed = useWaysInChanged(server);
  const [isRenewing, setIsRenewing] = useState(false);
  return (
    <Section title={t('recoveryCodes.title')} aside={t('recoveryCodes.left', { count: recoveryCodes })}>
      <Stack gap="sm" align="flex-start">
        {recoveryCodes <= few && <Notice title={t('recoveryCodes.few')} says={t('recoveryCodes.fewText')} />}
        <Text size="sm">{t('recoveryCodes.what')}</Text>
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => setIsRenewing(true)}>
          {t('recoveryCodes.renew')}
        </Button>
      </Stack>
      <ConfirmDialog
        opened={isRenewing}
        title={t('recoveryCodes.renewTitle')}
        action={t('recoveryCodes.renew')}
        keep={t('recoveryCodes.keep')}
        color="brand"
        onClose={() => setIsRenewing(false)}
        onConfirm={async () => {
          const answer = await server.api.POST('/api/v1/accounts/me/recovery-codes');
          onCodes(bodyOf(answer).recoveryCodes);
          await changed();
        }}
      >
        {t('recoveryCodes.renewText')}
      </ConfirmDialog>
    </Section>
  );
}
