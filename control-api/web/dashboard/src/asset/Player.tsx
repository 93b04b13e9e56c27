import { ActionIcon, Alert, Box, Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconPlayerPlayFilled, IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { beginPlayback, endPlayback } from '../api/playback.ts';
import { messageOf } from '../api/problem.ts';
import type { Stream, StreamInfo } from './stream.ts';

type State =
  | { readonly step: 'idle' }
  | { readonly step: 'opening' }
  | { readonly step: 'open' }
  | { readonly step: 'failed'; readonly message: string };

interface Open {
  readonly sessionId: string;
  stream: Stream | undefined;
}

/**
 * The player of an asset's page. A session counts as a stream of this account, so it begins with the press of play,
 * not with the page, and ends with the page.
 */
export function Player({
  assetId,
  title,
  ratio,
}: {
  readonly assetId: string;
  readonly title: string;
  readonly ratio: number;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const open = useRef<Open>(undefined);
  const attempt = useRef(0);
  const [state, setState] = useState<State>({ step: 'idle' });
  const [info, setInfo] = useState<StreamInfo>();
  const [quality, setQuality] = useState('-1');
  const [audio, setAudio] = useState('0');

  function close() {
    attempt.current += 1;
    open.current?.stream?.close();
    if (open.current) endPlayback(open.current.sessionId);
    open.current = undefined;
  }

  useEffect(() => {
    window.addEventListener('pagehide', close);
    return () => {
      window.removeEventListener('pagehide', close);
      close();
    };
  }, []);

  async function play() {
    const element = video.current;
    if (!element) return;
    const startAt = state.step === 'failed' ? element.currentTime : 0;
    close();
    const mine = attempt.current;
    const fail = (message: string) => {
      if (mine !== attempt.current) return;
      close();
      setState({ step: 'failed', message });
    };
    setState({ step: 'opening' });
    setInfo(undefined);
    setQuality('-1');
    try {
      const [playback, { openStream }] = await Promise.all([beginPlayback(assetId), import('./stream.ts')]);
      if (mine !== attempt.current) {
        endPlayback(playback.sessionId);
        return;
      }
      const session: Open = { sessionId: playback.sessionId, stream: undefined };
      open.current = session;
      session.stream = openStream(element, playback.hls, startAt, setInfo, fail);
      if (mine !== attempt.current) return;
      setState({ step: 'open' });
      // The browser may refuse to begin by itself with sound; the controls are there then.
      await element.play().catch(() => undefined);
    } catch (thrown) {
      fail(messageOf(thrown));
    }
  }

  const portrait = ratio < 1;
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
          // A portrait video is as high as the window allows, not as wide as the page.
          maxWidth: portrait ? `calc(72vh * ${ratio})` : `min(100%, calc(72vh * ${ratio}))`,
        }}
      >
        <video
          ref={video}
          playsInline
          controls={state.step === 'open'}
          aria-label={`Video: ${title}`}
          tabIndex={state.step === 'open' ? 0 : -1}
        />
        {state.step !== 'open' && (
          <Box
            pos="absolute"
            inset={0}
            bg="radial-gradient(circle at 50% 40%, #2a2540, #0b0a10)"
            style={{ display: 'grid', placeItems: 'center' }}
            p="md"
          >
            {state.step === 'idle' && (
              <ActionIcon
                size={76}
                radius={38}
                variant="gradient"
                gradient={{ from: '#7a4df0', to: '#d83f74', deg: 135 }}
                aria-label={`Play ${title}`}
                onClick={() => void play()}
              >
                <IconPlayerPlayFilled size={34} />
              </ActionIcon>
            )}
            {state.step === 'opening' && <Loader color="white" aria-label="Opening the stream" />}
            {state.step === 'failed' && (
              <Alert
                color="red"
                icon={<IconAlertCircle size={18} />}
                title="Playback stopped"
                role="alert"
                variant="white"
                maw={420}
                data-testid="player-error"
              >
                <Stack gap="sm" align="flex-start">
                  <Text size="sm">{state.message}</Text>
                  <Button size="xs" color="red" leftSection={<IconRefresh size={16} />} onClick={() => void play()}>
                    Try again
                  </Button>
                </Stack>
              </Alert>
            )}
          </Box>
        )}
      </div>
      {state.step === 'open' && info && info.qualities.length > 0 && (
        <Group gap="sm" justify="space-between" align="center">
          <Text size="sm" c="dimmed" className="figures" data-testid="now-playing">
            {info.current ? `Now showing ${info.current}` : 'Buffering…'}
          </Text>
          <Group gap="xs">
            {info.audio.length > 1 && (
              <NativeSelect
                size="xs"
                aria-label="Audio track"
                value={audio}
                data={info.audio.map((track) => ({ value: String(track.index), label: track.label }))}
                onChange={(event) => {
                  setAudio(event.currentTarget.value);
                  open.current?.stream?.setAudio(Number(event.currentTarget.value));
                }}
              />
            )}
            <NativeSelect
              size="xs"
              aria-label="Quality"
              value={quality}
              data={[
                { value: '-1', label: 'Automatic quality' },
                ...info.qualities.map((one) => ({ value: String(one.index), label: one.label })),
              ]}
              onChange={(event) => {
                setQuality(event.currentTarget.value);
                open.current?.stream?.setQuality(Number(event.currentTarget.value));
              }}
            />
          </Group>
        </Group>
      )}
    </Stack>
  );
}
