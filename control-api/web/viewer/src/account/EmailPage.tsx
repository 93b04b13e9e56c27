import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../../../kit/api/client.ts';
import { EmailField } from '../../../kit/forms/EmailField.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { tellDone } from '../../../kit/layout/notify.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { i18n } from '../../../kit/messages/i18n.ts';
import { MailedCodeForm } from '../../../kit/proofs/MailedCodeForm.tsx';
import type { Begun } from '../../../kit/proofs/proof.ts';
import { api, session } from '../api/server.ts';
import { useAccount } from '../session/use-account.ts';

/** Has a code sent to an address that is to be proven: another one, or the present one. */
async function begin(email: string): Promise<Begun> {
  return bodyOf(await api.POST('/api/v1/accounts/me/email', { body: { email, language: i18n.language } }));
}

interface AskProps {
  readonly isFirst: boolean;
  readonly onBegun: (email: string, begun: Begun) => void;
}

function AskForAnother({ isFirst, onBegun }: AskProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const { isBusy, error, submit } = useSubmission(async () => onBegun(email.trim(), await begin(email.trim())));
  return (
    <Section title={t(isFirst ? 'email.add' : 'email.change')}>
      <form onSubmit={submit}>
        <Stack gap="md" maw={440}>
          <Text size="sm">{t(isFirst ? 'email.addText' : 'email.changeText')}</Text>
          <FormProblem error={error} />
          <EmailField value={email} onChange={setEmail} />
          <Button type="submit" loading={isBusy} leftSection={<IconMail size={18} />} className="form-button">
            {t('email.send')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

/** The address of the account: proving it, and another one in its place. */
export function EmailPage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const { email, isEmailProven } = useAccount();
  const queries = useQueryClient();
  const [begun, setBegun] = useState<{ readonly email: string; readonly begun: Begun }>();
  const proving = useSubmission(async () => {
    if (email !== null) setBegun({ email, begun: await begin(email) });
  });

  async function complete(given: { readonly token: string; readonly code: string }) {
    await api.POST('/api/v1/accounts/me/email/complete', { body: given });
    setBegun(undefined);
    tellDone(t('email.done'), begun?.email ?? '');
    // Every other device is signed out by it.
    void queries.invalidateQueries();
    await session.accountChanged().catch(() => undefined);
  }

  return (
    <Stack gap="lg">
      <PageHeading title={t('email.title')} />
      {email !== null && (
        <Section
          title={t('email.present')}
          aside={
            <Badge variant="light" color={isEmailProven ? 'teal' : 'yellow'}>
              {t(isEmailProven ? 'account.proven' : 'account.unproven')}
            </Badge>
          }
        >
          <Stack gap="sm" align="flex-start">
            <Text className="break-anywhere">{email}</Text>
            {!isEmailProven && begun === undefined && (
              <>
                <Text size="sm">{t('account.proveText')}</Text>
                <FormProblem error={proving.error} />
                <Button loading={proving.isBusy} leftSection={<IconMail size={18} />} onClick={proving.submit}>
                  {t('email.prove')}
                </Button>
              </>
            )}
          </Stack>
        </Section>
      )}
      {begun ? (
        <Section title={t('email.code')}>
          <Group maw={440} grow>
            <MailedCodeForm
              text={t('kit:mailedCode.sentTo', { email: begun.email })}
              send={() => begin(begun.email)}
              first={begun.begun}
              show={complete}
              submit={t('email.confirm')}
              giveUp={{ words: t('kit:stepUp.giveUp'), onClick: () => setBegun(undefined) }}
            />
          </Group>
        </Section>
      ) : (
        <AskForAnother
          isFirst={email === null}
          onBegun={(wanted, answer) => setBegun({ email: wanted, begun: answer })}
        />
      )}
    </Stack>
  );
}
