import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { exportCatalogue, importCatalogue, previewImport, type ImportPreview } from '../api/bulk.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { CatalogueNav } from './CatalogueNav.tsx';
import { FieldChanges } from './FieldChanges.tsx';

const formatNames = ['csv', 'json'] as const;

function Export() {
  const { t } = useTranslation();
  const [format, setFormat] = useState<(typeof formatNames)[number]>();
  async function save(wanted: (typeof formatNames)[number]) {
    const { content, name } = await exportCatalogue(wanted);
    const url = URL.createObjectURL(content);
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    // The browser has taken it by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
  const { isBusy, error, submit } = useSubmission(async () => format && save(format));
  return (
    <Section title={t('files.out')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('files.outText')}
          </Text>
          <FormProblem error={error} />
          <Group gap="xs">
            {formatNames.map((each) => (
              <Button
                key={each}
                type="submit"
                variant="default"
                leftSection={<IconDownload size={18} />}
                loading={isBusy && format === each}
                onClick={() => setFormat(each)}
              >
                {t(`files.as.${each}`)}
              </Button>
            ))}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Seen({ preview }: { readonly preview: ImportPreview }) {
  const { t } = useTranslation();
  return (
    <>
      {preview.problems.length > 0 && (
        <Notice
          tone="failure"
          title={t('files.wrong')}
          says={preview.problems.map(({ row, column, message }) =>
            t('files.problem', { row: row ?? 0, column: column ?? '', message }),
          )}
          data-testid="import-problems"
        />
      )}
      <Text size="sm" fw={600} data-testid="import-counts">
        {t('files.counts', { rows: preview.rows, made: preview.made, changed: preview.changed })}
      </Text>
      {preview.titles.length > 0 && (
        <ul className="rows" aria-label={t('files.changes')}>
          {preview.titles.map(({ row, titleId, kind, name, changes }) => (
            <li key={row} className="row" data-testid="import-title">
              <Text size="sm" fw={600} className="break-anywhere">
                {t(titleId === null ? 'files.made' : 'files.changed', { kind: t(`titleKinds.${kind}`), name })}
              </Text>
              <FieldChanges changes={changes} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Import() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const [preview, setPreview] = useState<ImportPreview>();
  const [error, setError] = useState<unknown>();
  const [isReading, setIsReading] = useState(false);
  async function read(chosen: File | null) {
    if (!chosen) return;
    setFile(chosen);
    setPreview(undefined);
    setError(undefined);
    setIsReading(true);
    try {
      setPreview(await previewImport(chosen));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsReading(false);
    }
  }
  const take = useSubmission(async () => {
    if (!file || preview?.seen == null) return;
    const { rows, made, changed } = await importCatalogue(file, preview.seen);
    tellDone(t('files.done'), t('files.counts', { rows, made, changed }));
    setPreview(undefined);
    setFile(undefined);
  });
  return (
    <Section title={t('files.in')}>
      <form onSubmit={take.submit}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('files.inText')}
          </Text>
          <Group gap="sm">
            <FileButton
              accept=".csv,.json,text/csv,application/json"
              inputProps={{ 'aria-label': t('files.field') }}
              onChange={(chosen) => void read(chosen)}
            >
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconFileImport size={18} />} loading={isReading}>
                  {t('files.choose')}
                </Button>
              )}
            </FileButton>
            {file && (
              <Text size="sm" className="break-anywhere">
                <bdi>{file.name}</bdi>
              </Text>
            )}
          </Group>
          <FormProblem error={error ?? take.error} />
          {preview && <Seen preview={preview} />}
          {preview?.seen != null && preview.made + preview.changed > 0 && (
            <Group>
              <Button type="submit" loading={take.isBusy}>
                {t('files.take')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

/** The catalogue as a file, out and in again. */
export function FilesPage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <div>
        <PageHeading title={t('files.title')} />
        <Text c="dimmed" size="sm">
          {t('files.lead')}
        </Text>
      </div>
      <Export />
      {account.permissions.includes('titles.edit') && <Import />}
    </Stack>
  );
}
