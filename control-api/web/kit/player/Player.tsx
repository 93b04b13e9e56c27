import { ActionIcon, Alert, Box, Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { useEffect, useImperativeHandle, useState, type ReactNode, type Ref } from 'react';
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

/** What others do with a player, besides its own controls. */
export interface PlayerControls {
  /** Where it is, in milliseconds; undefined before anything is shown. */
  position(): number | undefined;
  /** Plays from there on. @param milliseconds from the beginning */
  playFrom(milliseconds: number): Promise<void>;
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
  readonly controls?: Ref<PlayerControls>;
  /** Hears some times a second where it is, in milliseconds. */
  readonly onPosition?: (milliseconds: number) => void;
}

/** A player with the browser's own controls and a choice of quality. */
export function Player({
  sessions,
  title,
  ratio,
  poster,
  highest = '72vh',
  over,
  onVideo,
  controls,
  onPosition,
}: Props) {
  const { t } = useTranslation('kit');
  const playback = usePlayback(sessions);
  const { state, info } = playback;
  const isOpen = state.step === 'open';
  useImperativeHandle(controls, () => ({
    position() {
      const element = playback.video.current;
      return isOpen && element ? Math.round(element.currentTime * 1000) : undefined;
    },
    async playFrom(milliseconds) {
      const element = playback.video.current;
      if (!isOpen || !element) return playback.play(milliseconds / 1000);
      element.currentTime = milliseconds / 1000;
      // The browser may refuse to begin by itself with sound; the controls are there then.
      await element.play().catch(() => undefined);
    },
  }));
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
          {...(onPosition && { onTimeUpdate: ({ currentTarget }) => onPosition(currentTarget.currentTime * 1000) })}
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
