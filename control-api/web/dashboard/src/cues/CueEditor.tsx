import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowsHorizontal, IconPlus } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { useAsset } from '../api/assets.ts';
import { changeSubtitles, tracksChanged, type CueReading } from '../api/tracks.ts';
import type { CatalogueTitle, Subtitles, TitleTracks } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { SearchField } from '../layout/SearchField.tsx';
import { DraftNotices, SaveState } from '../title/DraftStatus.tsx';
import { Publication } from '../tracks/Publication.tsx';
import { CueConflicts } from './CueConflicts.tsx';
import { CueList } from './CueList.tsx';
import { marksOf } from './cue-marks.ts';
import { CuePlayerCard } from './CuePlayerCard.tsx';
import { plainText } from './cue-text.ts';
import { useEditor } from './editor.ts';
import { Keys } from './Keys.tsx';
import { PublishButton } from './PublishButton.tsx';
import { ShiftDialog } from './ShiftDialog.tsx';
import { useCueDraft } from './use-cue-draft.ts';
import { useKeys } from './use-keys.ts';
import { usePlayer } from './use-player.ts';

interface Props {
  readonly title: CatalogueTitle;
  readonly subtitles: Subtitles;
  readonly tracks: TitleTracks | undefined;
  readonly reading: CueReading;
  readonly account: ShellContext['account'];
}

/** The player, and the texts beside it or below. */
export function CueEditor({ title, subtitles, tracks, reading, account }: Props) {
  const { t } = useTranslation();
  const { isLive } = useOutletContext<ShellContext>();
  const { data: asset } = useAsset(title.assetId ?? undefined, isLive);
  const durationMs = asset?.durationMs ?? undefined;
  const mayEdit = account.permissions.includes('titles.edit') && title.deletedAt === null;
  const drafted = useCueDraft(account.id, subtitles.id, reading, durationMs);
  const { draft, state } = drafted;
  const { cues } = state;
  const player = usePlayer(cues);
  const editor = useEditor({ draft, cues, player, mayEdit, durationMs });
  useKeys(editor, player);
  const [search, setSearch] = useState('');
  const [onlyMarked, setOnlyMarked] = useState(false);
  const [isShifting, setIsShifting] = useState(false);
  const marks = useMemo(() => marksOf(cues, durationMs), [cues, durationMs]);
  const wanted = useDeferredValue(search.toLocaleLowerCase());
  const listed = useMemo(
    () =>
      cues.filter(
        ({ key, text }) =>
          key === editor.chosen?.key ||
          ((!onlyMarked || marks.has(key) || state.refusals.has(key)) &&
            (wanted === '' || plainText(text).toLocaleLowerCase().includes(wanted))),
      ),
    [cues, marks, onlyMarked, wanted, state.refusals, editor.chosen?.key],
  );
  // What was saved is not published yet: the page of the tracks says so.
  useEffect(() => {
    if (state.revision !== reading.revision) void tracksChanged(title.id);
  }, [state.revision, title.id, reading.revision]);
  const isPublished = !subtitles.hasUnpublished && state.unsent === 0;
  const isFiltered = wanted !== '' || onlyMarked;
  async function timesAreRight() {
    try {
      const revision = await draft.saved();
      if (revision === undefined) return;
      await changeSubtitles(subtitles, { revision, timesAreRight: true });
      await draft.reload();
    } catch (error) {
      tellFailed(t('tracks.notChanged'), error);
    }
  }
  return (
    <Stack gap="md">
      <Group gap="sm" justify="space-between">
        <Group gap="md">
          {mayEdit && <SaveState drafted={drafted} />}
          {isPublished
            ? tracks && <Publication state={tracks.publication} />
            : mayEdit && (
                <Text size="sm" c="dimmed" data-testid="unpublished">
                  {t('cues.unpublished')}
                </Text>
              )}
        </Group>
        {mayEdit && (
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconArrowsHorizontal size={18} />}
              disabled={cues.length === 0}
              onClick={() => setIsShifting(true)}
            >
              {t('cues.shift')}
            </Button>
            <PublishButton subtitles={subtitles} draft={draft} isPublished={isPublished} />
          </Group>
        )}
      </Group>
      <DraftNotices drafted={{ state: { ...state, edits: { size: state.unsent } } }} />
      {subtitles.timesMayBeOff && (
        <Notice
          title={t('cues.timesOff')}
          says={t('cues.timesOffText')}
          toDo={
            mayEdit && (
              <Button size="xs" variant="default" onClick={() => void timesAreRight()}>
                {t('cues.timesRight')}
              </Button>
            )
          }
          data-testid="times-off"
        />
      )}
      <CueConflicts drafted={drafted} />
      <div className="cue-editor">
        <CuePlayerCard asset={asset} title={title.name} player={player} />
        <Stack gap="sm" className="cue-side">
          <Group gap="sm">
            <SearchField
              label={t('cues.search')}
              clear={t('cues.searchClear')}
              search={search}
              maxLength={200}
              onSearch={setSearch}
            />
            {mayEdit && (
              <Button variant="default" leftSection={<IconPlus size={18} />} onClick={editor.add}>
                {t('cues.add')}
              </Button>
            )}
          </Group>
          <Group gap="sm" justify="space-between">
            <Group gap="sm">
              <Text size="sm" c="dimmed" role="status" data-testid="cue-count">
                {isFiltered ? t('cues.found', { count: listed.length }) : t('cues.count', { count: cues.length })}
              </Text>
              {marks.size > 0 && (
                <>
                  <Badge variant="light" color="orange">
                    {t('cues.marked', { count: marks.size })}
                  </Badge>
                  <Checkbox
                    label={t('cues.onlyMarked')}
                    checked={onlyMarked}
                    onChange={({ currentTarget }) => setOnlyMarked(currentTarget.checked)}
                  />
                </>
              )}
            </Group>
            {editor.hasRemoved && (
              <Button size="xs" variant="subtle" leftSection={<IconArrowBackUp size={16} />} onClick={editor.putBack}>
                {t('cues.putBack')}
              </Button>
            )}
          </Group>
          {listed.length === 0 ? (
            <Text size="sm" c="dimmed" data-testid="no-cues">
              {t(isFiltered ? 'cues.noneFound' : 'cues.none')}
            </Text>
          ) : (
            <CueList
              cues={listed}
              marks={marks}
              refusals={state.refusals}
              editor={editor}
              player={player}
              lastKey={cues.at(-1)?.key}
            />
          )}
          {mayEdit && <Keys />}
        </Stack>
      </div>
      <ShiftDialog opened={isShifting} subtitlesId={subtitles.id} draft={draft} onClose={() => setIsShifting(false)} />
    </Stack>
  );
}
