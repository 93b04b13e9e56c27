import { Badge, Group, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { switchAudio } from '../api/tracks.ts';
import type { TitleTracks } from '../api/types.ts';
import { languageWords } from './track-name.ts';

/** The audio tracks of the video, and which of them viewers get. */
export function AudioSection({ tracks, mayEdit }: { readonly tracks: TitleTracks; readonly mayEdit: boolean }) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const { titleId, assetId, audio } = tracks;
  const on = audio.filter(({ isOn }) => isOn);
  async function turn(track: number, isOn: boolean) {
    if (assetId === null) return;
    setIsBusy(true);
    const off = audio.filter((each) => (each.track === track ? !isOn : !each.isOn)).map((each) => each.track);
    try {
      await switchAudio(titleId, assetId, off);
    } catch (error) {
      tellFailed(t('tracks.notChanged'), error);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Section title={t('tracks.audio')}>
      {audio.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('tracks.noAudio')}
        </Text>
      ) : (
        <ul className="rows" aria-label={t('tracks.audio')}>
          {audio.map(({ track, language, label, isDefault, isOn }) => {
            const isLast = isOn && on.length === 1;
            return (
              <li key={track} className="row" data-testid="audio">
                <Group gap="sm" justify="space-between" wrap="nowrap">
                  <div className="row-words">
                    <Group gap="xs">
                      <Text size="sm" fw={600} className="break-anywhere">
                        <bdi>{label}</bdi>
                      </Text>
                      {isDefault && <Badge variant="light">{t('tracks.isDefault')}</Badge>}
                    </Group>
                    <Text size="sm" c="dimmed">
                      {isLast && audio.length > 1 ? t('tracks.lastAudio') : languageWords(language)}
                    </Text>
                  </div>
                  <Switch
                    aria-label={t('tracks.isOn', { track: label })}
                    checked={isOn}
                    disabled={!mayEdit || isBusy || isLast}
                    onChange={({ currentTarget }) => void turn(track, currentTarget.checked)}
                  />
                </Group>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
