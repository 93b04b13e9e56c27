import { Button } from '@mantine/core';
import { IconHeart } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { keepAccount, type Deletion } from './personal-data.ts';

/** On every page, as long as the account is to be deleted: when, and the way to keep it. */
export function LeavingNotice({ deletion: { endsAt, by } }: { readonly deletion: Deletion }) {
  const { t } = useTranslation();
  const { isBusy, submit } = useSubmission(
    async () => {
      await keepAccount();
      tellDone(t('personalData.kept'), t('personalData.keptText'));
    },
    (error) => tellFailed(t('personalData.notKept'), error),
  );
  return (
    <div className="leaving">
      <Notice
        title={t('personalData.leaving', { at: endsAt })}
        says={t(by === 'staff' ? 'personalData.leavingByStaff' : 'personalData.leavingText')}
        toDo={
          <Button size="sm" loading={isBusy} onClick={submit} leftSection={<IconHeart size={16} aria-hidden />}>
            {t('personalData.keep')}
          </Button>
        }
        data-testid="leaving"
      />
    </div>
  );
}
