import { Badge, Button, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../../../kit/api/new-key.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { makeEpisodes, planSeason, type PlannedFile } from '../api/bulk.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { nameCharacters } from '../catalogue/NewTitleDialog.tsx';
import { useAddFiles } from '../uploads/uploads.ts';

/** A file, and which episode it becomes. */
interface Row {
  readonly file: File;
  readonly plan: PlannedFile;
  readonly season: string;
  readonly number: string;
  readonly name: string;
}

const digits = (text: string) => text.replaceAll(/\D/g, '').slice(0, 6);

/** The same episode twice, or none: nothing is guessed. */
function isOpen(row: Row, rows: readonly Row[], isSeries: boolean): boolean {
  if (row.number === '' || Number(row.number) < 1 || (isSeries && row.season === '')) return true;
  return rows.some((other) => other !== row && other.number === row.number && other.season === row.season);
}

interface FormProps {
  readonly title: CatalogueTitle;
  readonly given: readonly Row[];
  readonly onClose: () => void;
}

function Form({ title, given, onClose }: FormProps) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(given);
  const [key] = useState(newKey);
  const { addFiles } = useAddFiles();
  const isSeries = title.kind === 'series';
  const open = rows.filter((row) => isOpen(row, rows, isSeries)).length;
  const { isBusy, error, submit } = useSubmission(async () => {
    const episodes = rows.map(({ season, number, name }) => ({
      ...(isSeries && { season: Number(season) }),
      number: Number(number),
      name: name.trim() || t('parts.pattern.episode').replace('{number}', number),
    }));
    const ids = await makeEpisodes(title.id, episodes, t('parts.pattern.season'), key);
    addFiles(
      rows.map(({ file }) => file),
      new Map(rows.flatMap(({ file }, index) => (ids[index] === undefined ? [] : [[file, ids[index]] as const]))),
    );
    tellDone(t('seasonUpload.begun'), t('seasonUpload.begunText', { count: rows.length }));
    onClose();
  });
  const put = (index: number, change: Partial<Row>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('seasonUpload.text')}</Text>
        <FormProblem error={error} />
        <ul className="rows" aria-label={t('seasonUpload.files')}>
          {rows.map((row, index) => (
            <li key={row.file.name} className="row" data-testid="planned-file">
              <Stack gap="xs" role="group" aria-label={row.file.name}>
                <Group gap="xs" justify="space-between">
                  <Text size="sm" fw={600} className="row-words break-anywhere">
                    <bdi>{row.file.name}</bdi>
                  </Text>
                  {isOpen(row, rows, isSeries) && (
                    <Badge color="red" variant="light" tt="none" fw={600}>
                      {t('seasonUpload.open')}
                    </Badge>
                  )}
                </Group>
                {row.plan.problem !== null && (
                  <Text size="xs" c="dimmed">
                    {t(`seasonUpload.problems.${row.plan.problem}`)}
                  </Text>
                )}
                <Group gap="xs" wrap="nowrap" align="flex-end">
                  {isSeries && (
                    <TextInput
                      label={t('titleKinds.season')}
                      w={90}
                      inputMode="numeric"
                      value={row.season}
                      onChange={({ currentTarget }) => put(index, { season: digits(currentTarget.value) })}
                    />
                  )}
                  <TextInput
                    label={t('titleKinds.episode')}
                    w={90}
                    inputMode="numeric"
                    value={row.number}
                    onChange={({ currentTarget }) => put(index, { number: digits(currentTarget.value) })}
                  />
                  <TextInput
                    label={t('catalogue.name')}
                    className="row-words"
                    maxLength={nameCharacters}
                    value={row.name}
                    onChange={({ currentTarget }) => put(index, { name: currentTarget.value })}
                  />
                </Group>
                <Group>
                  <Button size="compact-sm" variant="subtle" onClick={() => setRows(rows.toSpliced(index, 1))}>
                    {t('seasonUpload.leaveOut')}
                  </Button>
                </Group>
              </Stack>
            </li>
          ))}
        </ul>
        {open > 0 && (
          <Text size="sm" role="status">
            {t('seasonUpload.openCount', { count: open })}
          </Text>
        )}
        <fieldset disabled={open > 0 || rows.length === 0} className="bare-fieldset">
          <FormActions
            submit={t('seasonUpload.submit')}
            isBusy={isBusy}
            giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
            isInDialog
          />
        </fieldset>
      </Stack>
    </form>
  );
}

/** Many files become episodes: by their names, looked at before anything is made. */
export function SeasonUpload({ title }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState<readonly Row[]>();
  const [isBusy, setIsBusy] = useState(false);
  async function plan(files: File[]) {
    if (files.length === 0) return;
    setIsBusy(true);
    try {
      const { files: planned } = await planSeason(
        title.id,
        files.map(({ name, webkitRelativePath }) => webkitRelativePath || name),
      );
      setRows(
        files.flatMap((file, index): Row[] => {
          const found = planned[index];
          if (!found) return [];
          const { season, episode, name } = found;
          return [{ file, plan: found, season: String(season ?? ''), number: String(episode ?? ''), name: name ?? '' }];
        }),
      );
    } catch (error) {
      tellFailed(t('seasonUpload.failed'), error);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <>
      <FileButton
        multiple
        accept="video/*,.mkv,.ts"
        inputProps={{ 'aria-label': t('seasonUpload.field') }}
        onChange={(files) => void plan(files)}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconUpload size={18} />} loading={isBusy}>
            {t('seasonUpload.choose')}
          </Button>
        )}
      </FileButton>
      <Dialog opened={rows !== undefined} title={t('seasonUpload.title')} onClose={() => setRows(undefined)}>
        {rows && <Form title={title} given={rows} onClose={() => setRows(undefined)} />}
      </Dialog>
    </>
  );
}
