import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../../../kit/api/client.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { i18n } from '../../../kit/messages/i18n.ts';
import { session } from '../api/server.ts';
import { providerIcons, redirectsOf, useSignInOffer, type ProviderName } from './providers.ts';
import { leaveFor } from './visit.ts';

/** Signing in, or up, by an account that somebody has elsewhere. Nothing where the service offers none. */
export function ProviderButtons() {
  const { t } = useTranslation();
  const { data: offer } = useSignInOffer();
  const [asked, setAsked] = useState<ProviderName>();
  const [error, setError] = useState<unknown>();
  const providers = redirectsOf(offer);
  if (providers.length === 0) return null;

  async function leave(provider: ProviderName) {
    setAsked(provider);
    setError(undefined);
    try {
      const body = { language: i18n.language };
      const answer = await session.asNobody.POST('/api/v1/sign-in/{provider}/begin', {
        params: { path: { provider } },
        body,
      });
      const { url, token } = bodyOf(answer);
      // The button waits until the page is gone.
      if (url !== null) leaveFor(url, { token, for: 'sign-in' });
    } catch (thrown) {
      setError(thrown);
      setAsked(undefined);
    }
  }

  return (
    <Stack gap="xs">
      <FormProblem error={error} />
      {providers.map((provider) => {
        const ProviderIcon = providerIcons[provider];
        return (
          <Button
            key={provider}
            variant="default"
            fullWidth
            leftSection={<ProviderIcon size={18} />}
            loading={asked === provider}
            disabled={asked !== undefined && asked !== provider}
            onClick={() => void leave(provider)}
          >
            {t('providers.goOn', { provider: t(`providers.names.${provider}`) })}
          </Button>
        );
      })}
    </Stack>
  );
}
