import { Button, List, Stack, Text } from '@mantine/core';
import { IconLinkOff, IconLock, IconMailCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { session } from '../api/server.ts';
import { ToHome } from '../layout/ToHome.tsx';
import { useMailedLink } from '../mailed-links/mailed-link.ts';
import { NoLink } from '../mailed-links/NoLink.tsx';

const happens = ['out', 'password', 'added', 'mail'] as const;

/**
 * Where the link of a notice leads: its owner says that it was somebody else. Nothing happens before the button is
 * pressed, for links of mails are opened by programs as well.
 */
export function NotMePage() {
  const { t } = useTranslation();
  const link = useMailedLink();
  const [isDone, setIsDone] = useState(false);
  const { isBusy, error, submit } = useSubmission(async () => {
    if (link === undefined) return;
    await session.asNobody.POST('/api/v1/accounts/not-me', { body: { link } });
    setIsDone(true);
    // This browser may have been signed in to it.
    if (session.snapshot().status === 'signed-in') await session.accountChanged().catch(() => undefined);
  });
  if (isDone)
    return <EmptyPage icon={IconMailCheck} title={t('notMe.done')} text={t('notMe.doneText')} toDo={<ToHome />} />;
  if (codeOf(error) === 'invalid_link')
    return <EmptyPage icon={IconLinkOff} title={t('mailedLink.over')} text={messageOf(error)} toDo={<ToHome />} />;
  if (link === undefined) return <NoLink toDo={<ToHome />} />;
  return (
    <CardPage title={t('notMe.title')} lead={t('notMe.lead')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('notMe.what')}</Text>
          <List size="sm" spacing={6}>
            {happens.map((each) => (
              <List.Item key={each}>{t(`notMe.happens.${each}`)}</List.Item>
            ))}
          </List>
          <FormProblem error={error} />
          <Button type="submit" color="red" fullWidth loading={isBusy} leftSection={<IconLock size={18} />}>
            {t('notMe.submit')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('notMe.otherwise')}
          </Text>
        </Stack>
      </form>
    </CardPage>
  );
}
