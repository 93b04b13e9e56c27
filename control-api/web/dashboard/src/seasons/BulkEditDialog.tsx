import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { applyEdit, previewEdit, type EditChanges, type EditPreview } from '../api/bulk.ts';
import { useStreamingChoices } from '../api/streaming.ts';
import { FieldChanges } from '../catalogue/FieldChanges.tsx';
import { ownTimeZone, timeZones } from '../schedule/zone-time.ts';

const ages = [0, 6, 12, 16, 18] as const;
/** What is not touched. Names of the configuration have no such letters. */
const same = '=';
const streamingFields = ['priceClass', 'qualityPreset', 'ladder'] as const;
type StreamingField = (typeof streamingFields)[number];
const untouched = { priceClass: same, qualityPreset: same, ladder: same };

interface FormProps {
  readonly titles: readonly string[];
  readonly language: string;
  readonly mayPublish: boolean;
  readonly onClose: () => void;
}

function Form({ titles, language, mayPublish, onClose }: FormProps) {
  const { t } = useTranslation();
  const [age, setAge] = useState<string>(same);
  const [streaming, setStreaming] = useState<Readonly<Record<StreamingField, string>>>(untouched);
  const choices = useStreamingChoices();
  const [name, setName] = useState('');
  const [first, setFirst] = useState('');
  const [days, setDays] = useState('1');
  const [timeZone, setTimeZone] = useState(ownTimeZone);
  const [preview, setPreview] = useState<{ readonly changes: EditChanges; readonly seen: EditPreview }>();
  const changes: EditChanges = {
    ...(age !== same && { maturity: age === '' ? null : (ages.find((each) => String(each) === age) ?? null) }),
    ...Object.fromEntries(
      streamingFields
        .filter((field) => streaming[field] !== same)
        .map((field) => [field, streaming[field] === '' ? null : streaming[field]]),
    ),
    ...(name.trim() !== '' && { texts: { [language]: { name: name.trim() } } }),
    ...(first !== '' && {
      releases: { cadence: { region: '*', first, timeZone, everyDays: Math.max(1, Number(days)) } },
    }),
  };
  const isNothing = Object.keys(changes).length === 0;
  const look = useSubmission(async () => setPreview({ changes, seen: await previewEdit(titles, changes) }));
  const apply = useSubmission(async () => {
    if (!preview) return;
    await applyEdit(
      preview.seen.titles.flatMap(({ titleId, revision }) => (revision === null ? [] : [{ id: titleId, revision }])),
      preview.changes,
    );
    onClose();
  });
  if (preview) {
    const isRefused = preview.seen.titles.some(({ problem }) => problem !== null);
    return (
      <form onSubmit={apply.submit}>
        <Stack gap="md">
          <Text size="sm">{t(isRefused ? 'bulkEdit.refused' : 'bulkEdit.look')}</Text>
          <FormProblem error={apply.error} />
          <ul className="rows" aria-label={t('bulkEdit.preview')}>
            {preview.seen.titles.map((title) => (
              <li key={title.titleId} className="row" data-testid="edit-preview">
                <Text size="sm" fw={600} className="break-anywhere">
                  {title.number} <bdi>{title.name}</bdi>
                </Text>
                {title.problem ? (
                  <Text size="sm" c="var(--mantine-color-error)">
                    {title.problem.message}
                  </Text>
                ) : (
                  <FieldChanges changes={title.changes} />
                )}
              </li>
            ))}
          </ul>
          <fieldset disabled={isRefused} className="bare-fieldset">
            <FormActions
              submit={t('bulkEdit.apply')}
              isBusy={apply.isBusy}
              giveUp={{ words: t('bulkEdit.back'), onClick: () => setPreview(undefined) }}
              isInDialog
            />
          </fieldset>
          {isRefused && (
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setPreview(undefined)}>
                {t('bulkEdit.back')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    );
  }
  return (
    <form onSubmit={look.submit}>
      <Stack gap="md">
        <Text size="sm">{t('bulkEdit.text', { count: titles.length })}</Text>
        <FormProblem error={look.error} />
        <TextInput
          label={t('catalogue.name')}
          description={t('bulkEdit.nameHint', { name: '{name}', number: '{number}' })}
          data-autofocus
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={t('fields.maturity')}
          value={age}
          data={[
            { value: same, label: t('bulkEdit.same') },
            { value: '', label: t('facts.asParent') },
            ...ages.map((each) => ({ value: String(each), label: t('facts.from', { age: each }) })),
          ]}
          onChange={({ currentTarget }) => setAge(currentTarget.value)}
        />
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
          {(
            [
              ['priceClass', choices.priceClasses],
              ['qualityPreset', choices.qualityPresets],
              ['ladder', choices.ladders],
            ] as const
          ).map(([field, names]) => (
            <NativeSelect
              key={field}
              label={t(`fields.${field}`)}
              value={streaming[field]}
              data={[
                { value: same, label: t('bulkEdit.same') },
                { value: '', label: t('facts.asParent') },
                ...(field === 'qualityPreset'
                  ? choices.qualityPresets.map((each) => ({ value: each, label: t(`streaming.presets.${each}`) }))
                  : names.map((each) => ({ value: each, label: each }))),
              ]}
              onChange={({ currentTarget: { value } }) => setStreaming((before) => ({ ...before, [field]: value }))}
            />
          ))}
        </SimpleGrid>
        {mayPublish && (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput
              label={t('bulkEdit.first')}
              type="datetime-local"
              value={first}
              onChange={({ currentTarget }) => setFirst(currentTarget.value.slice(0, 16))}
            />
            <TextInput
              label={t('bulkEdit.every')}
              inputMode="numeric"
              value={days}
              onChange={({ currentTarget }) => setDays(currentTarget.value.replaceAll(/\D/g, '').slice(0, 3))}
            />
            <NativeSelect
              label={t('releases.timeZone')}
              value={timeZone}
              data={timeZones(timeZone)}
              onChange={({ currentTarget }) => setTimeZone(currentTarget.value)}
            />
          </SimpleGrid>
        )}
        <fieldset disabled={isNothing} className="bare-fieldset">
          <FormActions
            submit={t('bulkEdit.preview')}
            isBusy={look.isBusy}
            giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
            isInDialog
          />
        </fieldset>
      </Stack>
    </form>
  );
}

/** The same change of many titles, seen before it is made. */
export function BulkEditDialog({ opened, ...form }: FormProps & { readonly opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('bulkEdit.title')} onClose={form.onClose}>
      <Form {...form} />
    </Dialog>
  );
}
