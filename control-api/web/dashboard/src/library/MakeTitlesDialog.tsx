import { Checkbox, NativeSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { makeTitlesFromVideos, useParts, useTitleSearch } from '../api/titles.ts';
import type { AssetSummary } from '../api/types.ts';
import { lastLanguage, rememberLanguage } from '../catalogue/languages.ts';
import { LanguageField } from '../catalogue/LanguageField.tsx';
import { inOrderOfNames, nameOfFile } from './names-of-videos.ts';

interface Props {
  readonly videos: readonly AssetSummary[];
  readonly mayPublish: boolean;
  /** They have titles now. */
  readonly onMade: () => void;
  readonly onClose: () => void;
}

type Into = 'movies' | 'episodes';
/** Ages that a movie may be from. */
const maturities = [0, 6, 12, 16, 18] as const;

/** Which season the episodes belong to: a series by its name, then one of its seasons. */
function SeasonField({ seasonId, onSeason }: { readonly seasonId: string; readonly onSeason: (id: string) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [seriesId, setSeriesId] = useState('');
  const { data: found = [] } = useTitleSearch(search.trim(), true);
  const series = found.filter(({ kind }) => kind === 'series');
  const { data: seasons = [] } = useParts(seriesId === '' ? undefined : seriesId, 'season');
  return (
    <Stack gap="sm">
      <TextInput
        label={t('makeTitles.findSeries')}
        autoComplete="off"
        maxLength={200}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      <NativeSelect
        label={t('titleKinds.series')}
        value={seriesId}
        data={[
          { value: '', label: t(series.length === 0 ? 'makeTitles.noSeries' : 'makeTitles.chooseSeries') },
          ...series.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget: { value } }) => {
          setSeriesId(value);
          onSeason('');
        }}
      />
      {seriesId !== '' && (
        <NativeSelect
          label={t('titleKinds.season')}
          value={seasonId}
          data={[
            { value: '', label: t(seasons.length === 0 ? 'makeTitles.noSeason' : 'makeTitles.chooseSeason') },
            ...seasons.map(({ id, number, name }) => ({
              value: id,
              label: t('parts.numbered', { kind: t('titleKinds.season'), number: number ?? 0, name }),
            })),
          ]}
          onChange={({ currentTarget }) => onSeason(currentTarget.value)}
        />
      )}
    </Stack>
  );
}

function Form({ videos, mayPublish, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const [into, setInto] = useState<Into>('movies');
  const [seasonId, setSeasonId] = useState('');
  const [language, setLanguage] = useState(lastLanguage);
  const [age, setAge] = useState('');
  const [publishes, setPublishes] = useState(false);
  const ordered = inOrderOfNames(videos);
  const { isBusy, error, submit } = useSubmission(async () => {
    const made = await makeTitlesFromVideos({
      videos: ordered.map(({ id, title }) => ({ assetId: id, name: nameOfFile(title) })),
      ...(into === 'episodes' ? { seasonId } : { originalLanguage: language }),
      ...(into === 'movies' && age !== '' && { maturity: Number(age) as (typeof maturities)[number] }),
      ...(publishes && { publish: true }),
    });
    if (into === 'movies') rememberLanguage(language);
    const count = made.filter(({ isNew }) => isNew).length;
    const kept = made.length - count;
    tellDone(
      t('makeTitles.done', { count }),
      kept === 0 ? t('makeTitles.doneText') : t('makeTitles.kept', { count: kept }),
    );
    onMade();
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('makeTitles.text')}</Text>
        <FormProblem error={error} />
        {codeOf(error) === 'asset_taken' && (
          <Text size="sm" c="dimmed">
            {t('makeTitles.again')}
          </Text>
        )}
        <SegmentedControl
          aria-label={t('makeTitles.into')}
          fullWidth
          value={into}
          data={[
            { value: 'movies', label: t('makeTitles.movies') },
            { value: 'episodes', label: t('makeTitles.episodes') },
          ]}
          onChange={(value) => setInto(value as Into)}
        />
        {into === 'episodes' ? (
          <SeasonField seasonId={seasonId} onSeason={setSeasonId} />
        ) : (
          <>
            <LanguageField label={t('newTitle.language')} value={language} onLanguage={setLanguage} />
            <NativeSelect
              label={t('fields.maturity')}
              value={age}
              data={[
                { value: '', label: t('facts.unrated') },
                ...maturities.map((each) => ({ value: String(each), label: t('facts.from', { age: each }) })),
              ]}
              onChange={({ currentTarget }) => setAge(currentTarget.value)}
            />
          </>
        )}
        <div>
          <Text size="sm" fw={550} id="titles-to-make">
            {t('makeTitles.names')}
          </Text>
          <ol className="names-to-make" aria-labelledby="titles-to-make" tabIndex={0}>
            {ordered.map(({ id, title }) => (
              <li key={id} className="break-anywhere">
                <bdi>{nameOfFile(title)}</bdi>
              </li>
            ))}
          </ol>
        </div>
        {mayPublish && (
          <Checkbox
            label={t('makeTitles.publish')}
            description={t('makeTitles.publishHint')}
            checked={publishes}
            onChange={({ currentTarget }) => setPublishes(currentTarget.checked)}
          />
        )}
        <FormActions
          submit={t('makeTitles.submit', { count: videos.length })}
          isBusy={isBusy}
          giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
          isInDialog
        />
      </Stack>
    </form>
  );
}

/** Makes titles of the catalogue of videos that are in the library: movies, or episodes of a season. */
export function MakeTitlesDialog({ opened, ...form }: Props & { readonly opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('makeTitles.title')} onClose={form.onClose}>
      <Form {...form} />
    </Dialog>
  );
}
