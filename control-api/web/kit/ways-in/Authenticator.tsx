import { Badge, Button, Stack, Text } from '@mantine/core';
import { IconDeviceMobilePlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../api/client.ts';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { ConfirmDialog } from '../layout/ConfirmDialog.tsx';
import { Dialog } from '../layout/Dialog.tsx';
import { Section } from '../layout/Section.tsx';
import { TotpSetUp, type BegunTotp } from './TotpSetUp.tsx';
import { useWaysInChanged, type ToServer, type WaysIn } from './ways-in.ts';

interface Props {
  readonly server: ToServer;
  readonly waysIn: WaysIn;
  /** There are new recovery codes, to be shown. */
  readonly onCodes: (codes: readonly string[]) => void;
}

/** The authenticator app of the account: set up, or removed. */
export function Authenticator({ server, waysIn: { totpSince }, onCodes }: Props) {
  const { t } = useTranslation('kit');
  const changed = useWaysInChanged(server);
  const [begun, setBegun] = useState<BegunTotp>();
  const [isRemoving, setIsRemoving] = useState(false);
  const beginning = useSubmission(async () => setBegun(bodyOf(await server.api.POST('/api/v1/accounts/me/totp'))));
  return (
    <Section
      title={t('authenticator.title')}
      aside={
        totpSince !== null && (
          <Badge color="teal" variant="light">
            {t('authenticator.on')}
          </Badge>
        )
      }
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {totpSince === null ? t('authenticator.text') : t('authenticator.since', { at: totpSince })}
        </Text>
        <FormProblem error={beginning.error} />
        {totpSince === null ? (
          <Button
            leftSection={<IconDeviceMobilePlus size={18} />}
            loading={beginning.isBusy}
            onClick={beginning.submit}
          >
            {t('authenticator.setUp')}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setIsRemoving(true)}>
            {t('authenticator.remove')}
          </Button>
        )}
      </Stack>
      <Dialog opened={begun !== undefined} title={t('authenticator.setUp')} onClose={() => setBegun(undefined)}>
        {begun && (
          <TotpSetUp
            api={server.api}
            begun={begun}
            onGiveUp={() => setBegun(undefined)}
            onDone={(codes) => {
              setBegun(undefined);
              onCodes(codes);
              void changed();
            }}
          />
        )}
      </Dialog>
      <ConfirmDialog
        opened={isRemoving}
        title={t('authenticator.removeTitle')}
        action={t('authenticator.remove')}
        keep={t('authenticator.keep')}
        onClose={() => setIsRemoving(false)}
        onConfirm={async () => {
          await server.api.DELETE('/api/v1/accounts/me/totp');
          await changed();
        }}
      >
        {t('authenticator.removeText')}
      </ConfirmDialog>
    </Section>
  );
}
