import { Button, Stack } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { EmailField } from '../../../kit/forms/EmailField.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import type { Begun } from '../../../kit/proofs/proof.ts';
import { useAskedDocuments, type AskedDocument } from '../consents/consents.ts';
import { DocumentChecks } from '../consents/DocumentChecks.tsx';
import type { Agreed } from '../consents/use-agreed.ts';
import { signUp } from './sign-up.ts';

interface Props {
  readonly email: string;
  readonly onEmail: (email: string) => void;
  readonly password: string;
  readonly onPassword: (password: string) => void;
  readonly agreed: Agreed;
  /** A mail is on its way; the documents are those that were asked about. */
  readonly onBegun: (begun: Begun, documents: readonly AskedDocument[]) => void;
}

/** Address, password, and what is to be agreed to. */
export function SignUpForm({ email, onEmail, password, onPassword, agreed, onBegun }: Props) {
  const { t } = useTranslation(['viewer', 'kit']);
  const documents = useAskedDocuments();
  const passwordField = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => onBegun(await signUp(email.trim(), password), documents.data ?? []),
    (thrown) => {
      if (codeOf(thrown) === 'password_breached') passwordField.current?.select();
    },
  );
  const isBreached = codeOf(error) === 'password_breached';
  // Nobody signs up without having been asked.
  if (!documents.data) return <NotLoaded error={documents.error} onAgain={documents.refetch} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={isBreached ? undefined : error} />
        <EmailField value={email} onChange={onEmail} />
        <PasswordField
          kind="new"
          label={t('kit:fields.password')}
          ref={passwordField}
          error={isBreached ? messageOf(error) : undefined}
          value={password}
          onChange={onPassword}
        />
        <DocumentChecks documents={documents.data} agreed={agreed} />
        <Button type="submit" fullWidth mt="xs" loading={isBusy}>
          {t('signUp.submit')}
        </Button>
      </Stack>
    </form>
  );
}
