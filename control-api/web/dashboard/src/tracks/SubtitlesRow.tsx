import { ActionIcon, Badge, Button, Group, Menu, Switch, Text } from '@mantine/core';
import { IconDots, IconDownload, IconPencil, IconSettings, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { changeSubtitles, deleteSubtitles, downloadSubtitles } from '../api/tracks.ts';
import type { Subtitles } from '../api/types.ts';
import { cuesPath } from '../paths.ts';
import { SubtitlesForm } from './SubtitlesForm.tsx';
import { languageWords, subtitlesName } from './track-name.ts';
import { TrackBadges } from './TrackBadges.tsx';

const formats = ['vtt', 'srt'] as const;

/** Has the browser keep a file. */
function save(file: File): void {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: url, download: file.name }).click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Subtitles of a title: what they are, whether viewers get them, and what can be done. */
export function SubtitlesRow({ subtitles, mayEdit }: { readonly subtitles: Subtitles; readonly mayEdit: boolean }) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState<'settings' | 'delete'>();
  const [isBusy, setIsBusy] = useState(false);
  const { id, titleId, language, revision, isOn } = subtitles;
  const name = subtitlesName(subtitles);
  const close = () => setAsks(undefined);
  async function turn(on: boolean) {
    setIsBusy(true);
    try {
      await changeSubtitles(subtitles, { revision, isOn: on });
    } catch (error) {
      tellFailed(t('tracks.notChanged'), error);
    } finally {
      setIsBusy(false);
    }
  }
  const download = async (format: (typeof formats)[number]) =>
    downloadSubtitles(subtitles, format).then(save, (error: unknown) => tellFailed(t('tracks.notDownloaded'), error));
  return (
    <li className="row" data-testid="subtitles">
      <Group gap="sm" justify="space-between">
        <div className="track-words">
          <Text size="sm" fw={600} className="break-anywhere">
            <bdi>{name}</bdi>
          </Text>
          <Group gap={6} mt={4}>
            <Text size="sm" c="dimmed">
              {subtitles.label !== null && `${languageWords(language)} · `}
              {t('tracks.texts', { count: subtitles.cues })}
            </Text>
            <TrackBadges {...subtitles} />
            {subtitles.hasUnpublished && (
              <Badge variant="light" color="orange">
                {t('tracks.unpublished')}
              </Badge>
            )}
            {subtitles.timesMayBeOff && (
              <Badge variant="light" color="orange">
                {t('tracks.timesOff')}
              </Badge>
            )}
          </Group>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Switch
            aria-label={t('tracks.isOn', { track: name })}
            checked={isOn}
            disabled={!mayEdit || isBusy}
            onChange={({ currentTarget }) => void turn(currentTarget.checked)}
          />
          <Button
            component={Link}
            to={cuesPath(titleId, id)}
            variant="default"
            leftSection={<IconPencil size={18} />}
            aria-label={t('tracks.editOf', { track: name })}
          >
            {t('tracks.edit')}
          </Button>
          <Menu position="bottom-end" width={280} shadow="md" withInitialFocusPlaceholder={false}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('tracks.more', { track: name })}>
                <IconDots size={20} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {mayEdit && (
                <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setAsks('settings')}>
                  {t('tracks.settings')}
                </Menu.Item>
              )}
              {formats.map((format) => (
                <Menu.Item key={format} leftSection={<IconDownload size={16} />} onClick={() => void download(format)}>
                  {t(`tracks.downloadAs.${format}`)}
                </Menu.Item>
              ))}
              {mayEdit && (
                <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsks('delete')}>
                  {t('tracks.delete')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <Dialog opened={asks === 'settings'} title={t('tracks.settings')} onClose={close}>
        <SubtitlesForm
          subtitles={subtitles}
          onSend={async (given) => {
            await changeSubtitles(subtitles, { revision, ...given });
            close();
          }}
        />
      </Dialog>
      <ConfirmDialog
        opened={asks === 'delete'}
        title={t('tracks.deleteTitle')}
        action={t('tracks.delete')}
        keep={t('tracks.keep')}
        onClose={close}
        onConfirm={async () => deleteSubtitles(subtitles)}
      >
        {t('tracks.deleteText', { track: name })}
      </ConfirmDialog>
    </li>
  );
}
