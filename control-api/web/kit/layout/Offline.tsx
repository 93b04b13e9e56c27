import { useNetwork } from '@mantine/hooks';
import { IconWifiOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Says that the browser has no network, for as long as it has none. */
export function Offline() {
  const { t } = useTranslation('kit');
  const { online } = useNetwork();
  // The place stays, so that screen readers hear of what comes into it.
  return (
    <div role="status">
      {!online && (
        <div className="offline">
          <IconWifiOff size={18} aria-hidden />
          {t('frame.offline')}
        </div>
      )}
    </div>
  );
}
