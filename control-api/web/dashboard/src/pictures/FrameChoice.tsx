import { Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useFrames } from '../api/pictures.ts';
import type { PictureFrame, PictureKind } from '../api/types.ts';
import { isLargeEnough } from './shapes.ts';
import { StillPicture } from './StillPicture.tsx';

interface Props {
  readonly titleId: string;
  readonly kind: PictureKind;
  readonly onChoose: (frame: PictureFrame) => void;
}

/** Good frames of the videos of a title, to choose one. */
export function FrameChoice({ titleId, kind, onChoose }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useFrames(titleId, true);
  if (!data) return <NotLoaded error={error} onAgain={refetch} />;
  const frames = data.filter((frame) => isLargeEnough(kind, frame));
  const [first] = frames;
  if (!first)
    return (
      <Text size="sm" c="dimmed" data-testid="no-frames">
        {t(data.length === 0 ? 'pictures.noFrames' : 'pictures.smallFrames')}
      </Text>
    );
  return (
    <ul className="stills" data-portrait={first.height > first.width || undefined}>
      {frames.map((frame) => (
        <li key={`${frame.versionId} ${frame.chunk}`}>
          <UnstyledButton
            className="frame"
            aria-label={t('pictures.takeFrame', { time: frame.atMs })}
            onClick={() => onChoose(frame)}
            data-testid="frame"
          >
            <StillPicture assetId={frame.assetId} still={frame} alt="" />
            <Text size="xs" c="dimmed" ta="center" mt={4} className="figures" component="time">
              {formats().clock(frame.atMs)}
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
