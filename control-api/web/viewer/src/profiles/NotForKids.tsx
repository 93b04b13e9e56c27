import { IconMoodKid } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { ToProfiles } from './ToProfiles.tsx';

/** In place of a page that a kids' profile has nothing to do with. */
export function NotForKids() {
  const { t } = useTranslation();
  return (
    <EmptyPage
      icon={IconMoodKid}
      title={t('profiles.notForKids')}
      text={t('profiles.notForKidsText')}
      toDo={<ToProfiles />}
    />
  );
}
