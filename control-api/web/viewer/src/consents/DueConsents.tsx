import { Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { session } from '../api/server.ts';
import { consentsKey, decide, type Consent } from './consents.ts';
import { DocumentChecks } from './DocumentChecks.tsx';
import { useAgreed } from './use-agreed.ts';

/** In place of every page, while there is something that everybody has to agree to, and this account has not. */
export function DueConsents({ due }: { readonly due: readonly Consent[] }) {
  const { t } = useTranslation(['viewer', 'kit']);
  const queries = useQueryClient();
  const agreed = useAgreed();
  const { isBusy: isLeaving, signOut } = useSignOut(session);
  const { isBusy, error, submit } = useSubmission(async () => {
    try {
      for (const asked of agreed.of(due)) await decide(asked, true);
    } finally {
      // Also when there is a newer version by now: that one is asked for then.
      await queries.invalidateQueries({ queryKey: consentsKey });
    }
  });
  const isNewer = due.some(({ decision }) => decision !== null);
  return (
    <CardPage
      title={t(isNewer ? 'consents.dueAgain' : 'consents.due')}
      lead={t(isNewer ? 'consents.dueAgainText' : 'consents.dueText')}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error} />
          <DocumentChecks documents={due} agreed={agreed} />
          <Button type="submit" fullWidth loading={isBusy}>
            {t('consents.goOn')}
          </Button>
          <Button variant="subtle" fullWidth loading={isLeaving} onClick={() => void signOut()}>
            {t('kit:account.signOut')}
          </Button>
        </Stack>
      </form>
    </CardPage>
  );
}
