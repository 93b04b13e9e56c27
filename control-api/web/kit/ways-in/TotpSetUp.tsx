import { Code, CopyButton, Button, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '../../../openapi.d.ts';
import { bodyOf } from '../api/client.ts';
import { codeOf, messageOf } from '../api/problem.ts';
import { CodeField } from '../forms/CodeField.tsx';
import { FormActions } from '../forms/FormActions.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { QrCode } from './QrCode.tsx';
import type { ToServer } from './ways-in.ts';

export type BegunTotp = components['schemas']['BegunTotp'];

interface Props {
  readonly api: ToServer['api'];
  readonly begun: BegunTotp;
  /** With the recovery codes that the account has now: none, when it had some already. */
  readonly onDone: (recoveryCodes: readonly string[]) => void;
  readonly onGiveUp: () => void;
}

/** Telling an authenticator app its secret, and its first code. */
export function TotpSetUp({ api, begun: { secret, uri }, onDone, onGiveUp }: Props) {
  const { t } = useTranslation('kit');
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      const answer = await api.POST('/api/v1/accounts/me/totp/confirm', { body: { code } });
      onDone(bodyOf(answer).recoveryCodes);
    },
    () => field.current?.select(),
  );
  const isWrong = codeOf(error) === 'invalid_second_factor';
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('authenticator.scan')}</Text>
        <Stack align="center" gap="xs">
          <QrCode text={uri} label={t('authenticator.picture')} />
          <Button component="a" href={uri} variant="subtle" size="sm" className="for-phones">
            {t('authenticator.openHere')}
          </Button>
        </Stack>
        <div>
          <Text size="sm">{t('authenticator.orType')}</Text>
          <Group gap="xs" mt={4} justify="space-between">
            <Code className="secret" dir="ltr">
              {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
            </Code>
            {'clipboard' in navigator && (
              <CopyButton value={secret}>
                {({ copied, copy }) => (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                    onClick={copy}
                  >
                    <span role="status">{copied ? t('recoveryCodes.copied') : t('recoveryCodes.copy')}</span>
                  </Button>
                )}
              </CopyButton>
            )}
          </Group>
        </div>
        <FormProblem error={isWrong ? undefined : error} />
        <CodeField
          label={t('authenticator.firstCode')}
          description={t('authenticator.firstCodeText')}
          ref={field}
          error={isWrong ? messageOf(error) : undefined}
          value={code}
          onChange={setCode}
        />
        <FormActions submit={t('authenticator.confirm')} isBusy={isBusy} giveUp={{ onClick: onGiveUp }} isInDialog />
      </Stack>
    </form>
  );
}
