import { IconLinkOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';

/** In place of a page that needs the link of a mail, when it was opened without one, or with half of one. */
export function NoLink({ toDo }: { readonly toDo: ReactNode }) {
  const { t } = useTranslation();
  return (
    <EmptyPage icon={IconLinkOff} title={t('mailedLink.missing')} text={t('mailedLink.missingText')} toDo={toDo} />
  );
}
