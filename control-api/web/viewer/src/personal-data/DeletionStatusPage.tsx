import { IconCircleCheck, IconClock, IconFileUnknown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { codeOf } from '../../../kit/api/problem.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { ToHome } from '../layout/ToHome.tsx';
import { useDeletionStatus } from './personal-data.ts';

/** Of the server. */
const pattern = /^[0-9a-f]{32}$/;

/** Where Facebook sends somebody who had it ask for the deletion of what came from there. */
export function DeletionStatusPage() {
  const { t } = useTranslation();
  const { hash } = useLocation();
  const code = pattern.test(hash.slice(1)) ? hash.slice(1) : '';
  const { data, error, refetch } = useDeletionStatus(code);
  if (code === '' || codeOf(error) === 'not_found')
    return (
      <EmptyPage
        icon={IconFileUnknown}
        title={t('personalData.statusMissing')}
        text={t('personalData.statusMissingText')}
        toDo={<ToHome />}
      />
    );
  if (!data) return <NotLoaded error={error} onAgain={refetch} />;
  const isDone = data.state === 'done';
  const until = data.endsAt === null ? [] : [t('personalData.statusWaitingUntil', { until: data.endsAt })];
  const text = t(isDone ? 'personalData.statusDoneText' : 'personalData.statusWaitingText', { at: data.requestedAt });
  return (
    <EmptyPage
      icon={isDone ? IconCircleCheck : IconClock}
      title={t(isDone ? 'personalData.statusDone' : 'personalData.statusWaiting')}
      text={[text, ...until].join(' ')}
      toDo={<ToHome />}
    />
  );
}
