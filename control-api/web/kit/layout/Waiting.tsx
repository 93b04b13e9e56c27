import { Center, Loader, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** @param isPart of a page or dialog that is there otherwise */
export function Waiting({ isPart = false }: { readonly isPart?: boolean }) {
  const { t } = useTranslation('kit');
  return (
    <Center mih={isPart ? 96 : '50dvh'} className="waiting">
      <Loader />
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
    </Center>
  );
}
