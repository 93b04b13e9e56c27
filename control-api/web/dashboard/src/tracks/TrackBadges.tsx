import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly isForced: boolean;
  readonly isSdh: boolean;
}

/** What kind of subtitles they are. */
export function TrackBadges({ isForced, isSdh }: Props) {
  const { t } = useTranslation();
  return (
    <>
      {isForced && (
        <Badge variant="light" color="gray">
          {t('tracks.forced')}
        </Badge>
      )}
      {isSdh && (
        <Badge variant="light" color="gray">
          {t('tracks.sdh')}
        </Badge>
      )}
    </>
  );
}
