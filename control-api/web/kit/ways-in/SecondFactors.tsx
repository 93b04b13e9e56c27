import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../api/problem.ts';
import { Dialog } from '../layout/Dialog.tsx';
import { Notice } from '../layout/Notice.tsx';
import { TryAgain } from '../layout/TryAgain.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Authenticator } from './Authenticator.tsx';
import { Passkeys } from './Passkeys.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import { RecoveryCodesLeft } from './RecoveryCodesLeft.tsx';
import { useWaysIn, type ToServer } from './ways-in.ts';

/** Which of them are shown. */
type Part = 'authenticator' | 'passkeys';

/** What the account shows besides a password: authenticator app, recovery codes, passkeys. The sections of a page. */
export function SecondFactors({ server, parts }: { readonly server: ToServer; readonly parts: readonly Part[] }) {
  const { t } = useTranslation('kit');
  const { data: waysIn, error, refetch } = useWaysIn(server);
  const [codes, setCodes] = useState<readonly string[]>([]);
  if (!waysIn)
    return error ? (
      <Notice
        tone="failure"
        title={t('failure.notLoaded')}
        says={messageOf(error)}
        toDo={<TryAgain onClick={() => void refetch()} />}
      />
    ) : (
      <Waiting isPart />
    );
  const hasFactor = waysIn.totpSince !== null || waysIn.passkeys.length > 0;
  const each = { server, waysIn, onCodes: setCodes };
  return (
    <Stack gap="lg">
      {waysIn.isSecondFactorNeeded && !hasFactor && (
        <Notice title={t('factors.needed')} says={t('factors.neededText')} />
      )}
      {parts.includes('passkeys') && <Passkeys {...each} />}
      {parts.includes('authenticator') && <Authenticator {...each} />}
      {parts.includes('authenticator') && hasFactor && <RecoveryCodesLeft {...each} />}
      <Dialog opened={codes.length > 0} title={t('recoveryCodes.title')} onClose={() => setCodes([])} staysOpen>
        <RecoveryCodes codes={codes} onKept={() => setCodes([])} />
      </Dialog>
    </Stack>
  );
}
