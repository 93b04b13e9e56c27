import { Button, Paper, Stack, Text } from '@mantine/core';
import { IconDeviceMobile, IconFingerprint, IconLogout } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../../../kit/api/client.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { PlainPage } from '../../../kit/layout/PlainPage.tsx';
import { takesPasskeys } from '../../../kit/passkeys/device.ts';
import { deviceWords } from '../../../kit/devices/device-words.ts';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { addPasskey } from '../../../kit/ways-in/add-passkey.ts';
import { PasskeyName } from '../../../kit/ways-in/PasskeyName.tsx';
import { RecoveryCodes } from '../../../kit/ways-in/RecoveryCodes.tsx';
import { TotpSetUp, type BegunTotp } from '../../../kit/ways-in/TotpSetUp.tsx';
import { api, session } from '../api/server.ts';

type Step =
  | { readonly at: 'choice' }
  | { readonly at: 'passkey' }
  | { readonly at: 'totp'; readonly begun: BegunTotp }
  | { readonly at: 'codes'; readonly codes: readonly string[] };

interface Props {
  /** There are recovery codes to be kept: nothing may take the page away. */
  readonly onCodes: () => void;
  readonly onDone: () => void;
}

function Choice({
  onPasskey,
  onTotp,
}: {
  readonly onPasskey: () => void;
  readonly onTotp: (begun: BegunTotp) => void;
}) {
  const { t } = useTranslation();
  const beginning = useSubmission(async () => onTotp(bodyOf(await api.POST('/api/v1/accounts/me/totp'))));
  const hasPasskeys = takesPasskeys();
  return (
    <Stack gap="lg">
      <Text size="sm">{t('secondFactor.text')}</Text>
      <FormProblem error={beginning.error} />
      <Stack gap={6}>
        <Button fullWidth leftSection={<IconFingerprint size={18} />} disabled={!hasPasskeys} onClick={onPasskey}>
          {t('secondFactor.passkey')}
        </Button>
        <Text size="sm" c="dimmed">
          {t(hasPasskeys ? 'secondFactor.passkeyText' : 'secondFactor.passkeyNone')}
        </Text>
      </Stack>
      <Stack gap={6}>
        <Button
          fullWidth
          variant={hasPasskeys ? 'default' : 'filled'}
          leftSection={<IconDeviceMobile size={18} />}
          loading={beginning.isBusy}
          onClick={beginning.submit}
        >
          {t('secondFactor.totp')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('secondFactor.totpText')}
        </Text>
      </Stack>
    </Stack>
  );
}

/**
 * In place of all pages, for staff whose rights wait for a second factor: sets one up, shows the recovery codes once, and
 * gives way to the pages. Nobody has to sign in again for it.
 */
export function SecondFactorPage({ onCodes, onDone }: Props) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const [step, setStep] = useState<Step>({ at: 'choice' });
  const { isBusy, signOut } = useSignOut(session);
  const ending = useSubmission(async () => {
    await session.accountChanged();
    onDone();
  });
  const choose = () => setStep({ at: 'choice' });

  function added(codes: readonly string[]) {
    if (codes.length === 0) return ending.submit();
    onCodes();
    setStep({ at: 'codes', codes });
  }

  return (
    <PlainPage>
      <Paper
        withBorder
        shadow="sm"
        p={{ base: 'lg', sm: 'xl' }}
        radius="lg"
        w="100%"
        maw={460}
        data-testid="second-factor"
      >
        <Stack gap="md">
          {/* A heading of its own for each step: it takes the focus. */}
          <PageHeading
            key={step.at}
            title={t(step.at === 'codes' ? 'secondFactor.codes' : 'secondFactor.title')}
            fz="xl"
          />
          <FormProblem error={ending.error} />
          {step.at === 'choice' && (
            <Choice onPasskey={() => setStep({ at: 'passkey' })} onTotp={(begun) => setStep({ at: 'totp', begun })} />
          )}
          {step.at === 'passkey' && (
            <PasskeyName
              name={deviceWords(navigator.userAgent)}
              text={t('kit:passkeys.addText')}
              submit={t('kit:passkeys.make')}
              onGiveUp={choose}
              onNamed={async (name) => added(await addPasskey(api, name))}
            />
          )}
          {step.at === 'totp' && <TotpSetUp api={api} begun={step.begun} onGiveUp={choose} onDone={added} />}
          {step.at === 'codes' && <RecoveryCodes codes={step.codes} onKept={ending.submit} />}
        </Stack>
      </Paper>
      {step.at !== 'codes' && (
        <Button variant="subtle" leftSection={<IconLogout size={16} />} loading={isBusy} onClick={() => void signOut()}>
          {t('kit:account.signOut')}
        </Button>
      )}
    </PlainPage>
  );
}
