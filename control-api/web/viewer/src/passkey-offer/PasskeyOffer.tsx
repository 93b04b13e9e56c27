import { Button, Card, Group, Text, ThemeIcon } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { takesPasskeys } from '../../../kit/passkeys/device.ts';
import { useWaysIn } from '../../../kit/ways-in/ways-in.ts';
import { connection } from '../api/server.ts';
import { paths } from '../paths.ts';
import { takeOfferBack } from './offer.ts';

/** Where it is kept that somebody wants none on this browser. */
const key = 'dramabox-no-passkey';

/** Offers a passkey to somebody who has none and has just typed in a password. */
export function PasskeyOffer() {
  const { t } = useTranslation();
  const { data: waysIn } = useWaysIn(connection);
  if (!takesPasskeys() || !waysIn || waysIn.passkeys.length > 0 || localStorage.getItem(key) !== null) return null;
  return (
    <Card component="aside" withBorder radius="lg" padding="md" mb="lg" data-testid="passkey-offer">
      <Group gap="md" justify="space-between">
        <Group gap="md" wrap="nowrap" align="flex-start" className="words-beside">
          <ThemeIcon variant="light" size={40} radius="md" aria-hidden>
            <IconFingerprint size={22} />
          </ThemeIcon>
          <div>
            <Text fw={600}>{t('passkeyOffer.title')}</Text>
            <Text size="sm" c="dimmed">
              {t('passkeyOffer.text')}
            </Text>
          </div>
        </Group>
        <Group gap="sm">
          <Button component={Link} to={paths.passkeys} size="sm" onClick={takeOfferBack}>
            {t('passkeyOffer.accept')}
          </Button>
          <Button
            variant="default"
            size="sm"
            onClick={() => {
              localStorage.setItem(key, '1');
              takeOfferBack();
            }}
          >
            {t('passkeyOffer.refuse')}
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
