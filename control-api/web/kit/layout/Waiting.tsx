import { Center, Loader, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Waiting() {
  const { t } = useTranslation('kit');
  return (
    <Center mih="50dvh" className="waiting">
      <Loader />
      <VisuallyHidden role="status">{t('loading')}</VisuallyHidden>
    </Center>
  );
}
