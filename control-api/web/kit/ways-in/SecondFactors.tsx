import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../layout/Dialog.tsx';
import { NotLoaded } from '../layout/NotLoaded.tsx';
import { Notice } from '../layout/Notice.tsx';
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
  if (!waysIn) return <NotLoaded error={error} onAgain={refetch} />;
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
