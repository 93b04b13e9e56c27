import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { IconCheck, IconTransferIn } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { takeOver } from '../api/tracks.ts';
import type { FoundSubtitles, TitleTracks } from '../api/types.ts';
import { languageWords } from './track-name.ts';
import { TrackBadges } from './TrackBadges.tsx';

interface Props {
  readonly tracks: TitleTracks;
  readonly mayEdit: boolean;
}

function FoundRow({ track, tracks, mayEdit }: Props & { readonly track: FoundSubtitles }) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const { stream, codec, content, state } = track;
  const name = t('tracks.trackNumber', { language: languageWords(track.language), number: String(stream) });
  async function take() {
    if (tracks.assetId === null) return;
    setIsBusy(true);
    try {
      await takeOver(tracks.titleId, tracks.assetId, stream);
    } catch (error) {
      tellFailed(t('tracks.notTaken'), error);
    } finally {
      setIsBusy(false);
    }
  }
  const mayTake = mayEdit && content === 'text' && tracks.canTakeOver === 'yes';
  return (
    <li className="row" data-testid="found" data-state={state}>
      <Group gap="sm" justify="space-between">
        <div className="track-words">
          <Group gap="xs">
            <Text size="sm" fw={600} className="break-anywhere">
              <bdi>{name}</bdi>
            </Text>
            <TrackBadges {...track} />
          </Group>
          {track.title !== null && (
            <Text size="sm" c="dimmed" className="break-anywhere">
              <bdi>{track.title}</bdi>
            </Text>
          )}
          {content !== 'text' && (
            <Text size="sm" c="dimmed">
              {t(content === 'pictures' ? 'tracks.isPictures' : 'tracks.isUnknown', { codec })}
            </Text>
          )}
        </div>
        <div role="status">
          {state === 'taken' && (
            <Group gap={6} wrap="nowrap" c="dimmed">
              <IconCheck size={16} aria-hidden />
              <Text size="sm">{t('tracks.taken')}</Text>
            </Group>
          )}
          {state === 'waiting' && (
            <Group gap={6} wrap="nowrap" c="dimmed">
              <Loader size={14} aria-hidden />
              <Text size="sm">{t('tracks.taking')}</Text>
            </Group>
          )}
        </div>
        {mayTake && (state === 'offered' || state === 'failed') && (
          <Button
            variant="default"
            leftSection={<IconTransferIn size={18} />}
            loading={isBusy}
            aria-label={t(state === 'failed' ? 'tracks.takeAgainOf' : 'tracks.takeOverOf', { track: name })}
            onClick={() => void take()}
          >
            {t(state === 'failed' ? 'tracks.takeAgain' : 'tracks.takeOver')}
          </Button>
        )}
      </Group>
      {state === 'failed' && (
        <Alert color="red" variant="light" mt="xs" role="alert" title={t('tracks.notTaken')}>
          {track.problem}
        </Alert>
      )}
    </li>
  );
}

/** Subtitles that the uploaded video brings along. */
export function FoundSection(props: Props) {
  const { t } = useTranslation();
  const { found, canTakeOver } = props.tracks;
  if (found.length === 0) return null;
  const text = { yes: 'tracks.foundText', 'no-source': 'tracks.noSource', 'not-yet': 'tracks.notYet' } as const;
  return (
    <Section title={t('tracks.found')}>
      <Text size="sm" c="dimmed" mb="sm" data-testid="found-text">
        {t(text[canTakeOver])}
      </Text>
      <ul className="rows" aria-label={t('tracks.found')}>
        {found.map((track) => (
          <FoundRow key={track.stream} track={track} {...props} />
        ))}
      </ul>
    </Section>
  );
}
