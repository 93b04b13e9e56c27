import { Checkbox, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { applyEdit, previewEdit, type EditChanges, type EditPreview } from '../api/bulk.ts';
import { useParts } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { markerKinds, type MarkerKind } from './marker-times.ts';

interface FormProps {
  readonly title: CatalogueTitle;
  readonly onClose: () => void;
}

/** The most that the API changes at once. */
const mostAtOnce = 200;

interface Seen {
  readonly changes: EditChanges;
  /** Those that change, as they were seen. */
  readonly changed: { readonly id: string; readonly revision: number }[];
  readonly refused: EditPreview['titles'];
}

function Form({ title, onClose }: FormProps) {
  const { t } = useTranslation();
  const { data: episodes = [] } = useParts(title.parentId ?? undefined, 'episode');
  const others = episodes.filter(({ id }) => id !== title.id).map(({ id }) => id);
  const there = markerKinds.filter((kind) => title.markers[kind] !== null);
  const [chosen, setChosen] = useState<readonly MarkerKind[]>(there);
  const [seen, setSeen] = useState<Seen>();
  const look = useSubmission(async () => {
    const changes = { markers: Object.fromEntries(chosen.map((kind) => [kind, title.markers[kind]])) };
    const titles: EditPreview['titles'] = [];
    for (let from = 0; from < others.length; from += mostAtOnce)
      titles.push(...(await previewEdit(others.slice(from, from + mostAtOnce), changes)).titles);
    setSeen({
      changes,
      changed: titles.flatMap(({ titleId, revision, problem, changes: own }) =>
        problem === null && revision !== null && own.length > 0 ? { id: titleId, revision } : [],
      ),
      refused: titles.filter(({ problem }) => problem !== null),
    });
  });
  const apply = useSubmission(async () => {
    if (!seen) return;
    for (let from = 0; from < seen.changed.length; from += mostAtOnce)
      await applyEdit(seen.changed.slice(from, from + mostAtOnce), seen.changes);
    tellDone(t('markers.copied'), t('markers.copyCount', { count: seen.changed.length }));
    onClose();
  });
  if (seen)
    return (
      <form onSubmit={apply.submit}>
        <Stack gap="md">
          <FormProblem error={apply.error} />
          <Text size="sm" data-testid="copy-count">
            {seen.changed.length === 0 ? t('markers.copyNone') : t('markers.copyCount', { count: seen.changed.length })}
          </Text>
          {seen.refused.length > 0 && (
            <div>
              <Text size="sm" fw={600}>
                {t('markers.copyRefused')}
              </Text>
              <ul className="rows" aria-label={t('markers.copyRefused')}>
                {seen.refused.map(({ titleId, number, name, problem }) => (
                  <li key={titleId} className="row" data-testid="copy-refused">
                    <Text size="sm" className="break-anywhere">
                      {number} <bdi>{name}</bdi>
                    </Text>
                    <Text size="sm" c="dimmed">
                      {problem?.message}
                    </Text>
                  </li>
                ))}
              </ul>
            </div>
          )}
          <fieldset disabled={seen.changed.length === 0} className="bare-fieldset">
            <FormActions
              submit={t('bulkEdit.apply')}
              isBusy={apply.isBusy}
              giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
              isInDialog
            />
          </fieldset>
        </Stack>
      </form>
    );
  return (
    <form onSubmit={look.submit}>
      <Stack gap="md">
        <Text size="sm">{t('markers.copyText')}</Text>
        <FormProblem error={look.error} />
        <Checkbox.Group
          label={t('markers.copyWhich')}
          value={[...chosen]}
          onChange={(kinds) => setChosen(markerKinds.filter((kind) => kinds.includes(kind)))}
        >
          <Stack gap="xs" mt="xs">
            {there.map((kind) => (
              <Checkbox key={kind} value={kind} label={t(`markers.kinds.${kind}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <fieldset disabled={chosen.length === 0 || others.length === 0} className="bare-fieldset">
          <FormActions
            submit={t('markers.copyLook')}
            isBusy={look.isBusy}
            giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
            isInDialog
          />
        </fieldset>
      </Stack>
    </form>
  );
}

/** The markers of an episode for all others of its season, seen before they change. */
export function CopyMarkersDialog({ opened, ...form }: FormProps & { readonly opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('markers.copyTitle')} onClose={form.onClose}>
      <Form {...form} />
    </Dialog>
  );
}
