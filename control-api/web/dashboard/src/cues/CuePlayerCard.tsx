import { Card, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Player } from '../../../kit/player/Player.tsx';
import { beginPlayback, endPlayback } from '../../../kit/player/playback.ts';
import { api } from '../api/server.ts';
import { usePicture } from '../api/stills.ts';
import type { Asset } from '../api/types.ts';
import { CueWords } from './CueWords.tsx';
import type { CuePlayer } from './use-player.ts';

interface Props {
  readonly asset: Asset | undefined;
  readonly title: string;
  readonly player: CuePlayer;
}

function Playing({ asset, title, player }: Props & { readonly asset: Asset }) {
  const poster = usePicture(asset.id, asset.poster, true);
  const { width, height } = asset.media ?? {};
  return (
    <Player
      key={asset.id}
      sessions={{ begin: () => beginPlayback(api, asset.id), end: (id) => endPlayback(api, id) }}
      title={title}
      ratio={width && height ? width / height : 16 / 9}
      poster={poster.url}
      highest="var(--cue-player-height)"
      onVideo={player.onVideo}
      over={
        player.shown.length > 0 && (
          <div className="cue-over" data-testid="cue-over">
            {player.shown.map(({ key, text, settings }) => (
              <p key={key} dir="auto" data-above={/(?:^| )line:0/.test(settings) || undefined}>
                <CueWords text={text} />
              </p>
            ))}
          </div>
        )
      }
    />
  );
}

/** The video with the texts as they are now, before viewers get them. */
export function CuePlayerCard({ asset, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <div className="cue-player">
      {asset?.isPlayable === true ? (
        <Playing asset={asset} {...props} />
      ) : (
        <Card withBorder radius="lg" padding="lg" data-testid="no-player">
          <Text size="sm" c="dimmed">
            {t('cues.noVideo')}
          </Text>
        </Card>
      )}
    </div>
  );
}
