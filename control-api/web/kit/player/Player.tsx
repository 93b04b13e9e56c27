import { ActionIcon, Alert, Box, Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../api/problem.ts';
import { tokens } from '../theme/tokens.ts';
import type { Quality, StreamInfo } from './stream.ts';
import { usePlayback, type Playback, type PlaybackSessions } from './use-playback.ts';
import './player.css';

function useQualityName(): (quality: Quality) => string {
  const { t } = useTranslation('kit');
  return ({ width, height, bitRate }) =>
    width > 0
      ? t('player.sized', { width: String(width), height: String(height), rate: bitRate })
      : t('player.unsized', { rate: bitRate });
}

/** What lies over the picture until it moves: dark where there is none, else so that it is seen. */
function Curtain({
  title,
  playback,
  isClear,
}: {
  readonly title: string;
  readonly playback: Playback;
  readonly isClear: boolean;
}) {
  const { t } = useTranslation('kit');
  const { state, play } = playback;
  return (
    <Box
      pos="absolute"
      inset={0}
      bg={isClear ? tokens.veil : tokens.curtain}
      style={{ display: 'grid', placeItems: 'center' }}
      p="md"
    >
      {state.step === 'idle' && (
        <ActionIcon
          size={76}
          radius={38}
          variant="gradient"
          gradient={tokens.gradient}
          aria-label={t('player.play', { title })}
          onClick={() => void play()}
        >
          <IconPlayerPlayFilled size={34} />
        </ActionIcon>
      )}
      {state.step === 'opening' && <Loader color="white" aria-label={t('player.opening')} />}
      {state.step === 'failed' && (
        <Alert
          color="red"
          icon={<IconAlertCircle size={18} />}
          title={t('player.stopped')}
          role="alert"
          variant="white"
          maw={420}
          data-testid="player-error"
        >
          <Stack gap="sm" align="flex-start">
            <Text size="sm">
              {state.failure === undefined ? messageOf(state.error) : t(`player.failed.${state.failure}`)}
            </Text>
            <Button size="xs" color="red" leftSection={<IconRefresh size={16} />} onClick={() => void play()}>
              {t('tryAgain')}
            </Button>
          </Stack>
        </Alert>
      )}
    </Box>
  );
}

/** Below the picture: what is shown, and what else could be. */
function Choices({ info, playback }: { readonly info: StreamInfo; readonly playback: Playback }) {
  const { t } = useTranslation('kit');
  const nameOf = useQualityName();
  const [quality, setQuality] = useState('-1');
  const [audio, setAudio] = useState('0');
  return (
    <Group gap="sm" justify="space-between" align="center">
      <Text size="sm" c="dimmed" className="figures" data-testid="now-playing">
        {info.current ? t('player.nowShowing', { quality: nameOf(info.current) }) : t('player.buffering')}
      </Text>
      <Group gap="xs">
        {info.audio.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label={t('player.audio')}
            value={audio}
            data={info.audio.map(({ index, name }) => ({
              value: String(index),
              label: name === '' ? t('player.track', { number: index + 1 }) : name,
            }))}
            onChange={(event) => {
              setAudio(event.currentTarget.value);
              playback.setAudio(Number(event.currentTarget.value));
            }}
          />
        )}
        <NativeSelect
          size="xs"
          aria-label={t('player.quality')}
          value={quality}
          data={[
            { value: '-1', label: t('player.automatic') },
            ...info.qualities.map((one) => ({ value: String(one.index), label: nameOf(one) })),
          ]}
          onChange={(event) => {
            setQuality(event.currentTarget.value);
            playback.setQuality(Number(event.currentTarget.value));
          }}
        />
      </Group>
    </Group>
  );
}

interface Props {
  readonly sessions: PlaybackSessions;
  readonly title: string;
  /** Width by height of the picture. */
  readonly ratio: number;
  /** Address of the picture that is shown until it moves. */
  readonly poster?: string | undefined;
  /** How high it may be, as CSS says it. */
  readonly highest?: string;
  /** What lies over the moving picture; it takes no clicks. */
  readonly over?: ReactNode;
  /** Hears of the element that plays, which stays the same. */
  readonly onVideo?: (video: HTMLVideoElement | null) => void;
}

/** A player with the browser's own controls and a choice of quality. */
export function Player({ sessions, title, ratio, poster, highest = '72vh', over, onVideo }: Props) {
  const { t } = useTranslation('kit');
  const playback = usePlayback(sessions);
  const { state, info } = playback;
  const isOpen = state.step === 'open';
  // A portrait video is as high as the window allows, not as wide as the page.
  const widest = `calc(${highest} * ${ratio})`;
  useEffect(() => {
    onVideo?.(playback.video.current);
    return () => onVideo?.(null);
  }, [onVideo]);
  return (
    <Stack gap="sm">
      <div
        className="player"
        data-testid="player"
        data-step={state.step}
        style={{
          aspectRatio: String(ratio),
          width: '100%',
          marginInline: 'auto',
          maxWidth: ratio < 1 ? widest : `min(100%, ${widest})`,
        }}
      >
        <video
          ref={playback.video}
          playsInline
          controls={isOpen}
          poster={poster}
          aria-label={t('player.video', { title })}
          tabIndex={isOpen ? 0 : -1}
        />
        {isOpen && over}
        {!isOpen && <Curtain title={title} playback={playback} isClear={poster !== undefined} />}
      </div>
      {isOpen && info && info.qualities.length > 0 && <Choices info={info} playback={playback} />}
    </Stack>
  );
}
