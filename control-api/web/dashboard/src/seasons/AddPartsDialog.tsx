import { Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../../../kit/api/new-key.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { addEpisodes, createTitle } from '../api/titles.ts';
import type { CatalogueTitle, TitleKind } from '../api/types.ts';
import { nameCharacters } from '../catalogue/NewTitleDialog.tsx';

interface Props {
  readonly parent: CatalogueTitle;
  readonly kind: Exclude<TitleKind, 'series' | 'movie'>;
  /** The number of the first new one. */
  readonly next: number;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The most that are made at once. */
const mostParts = 500;
const named = (pattern: string, number: number) => pattern.replaceAll('{number}', String(number)).trim();

function Form({ parent, kind, next, onClose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [count, setCount] = useState(1);
  const [pattern, setPattern] = useState<string>(t(`parts.pattern.${kind}`));
  const [key] = useState(newKey);
  const areSeveral = kind === 'episode';
  const { isBusy, error, submit } = useSubmission(async () => {
    if (areSeveral)
      await addEpisodes(
        parent.id,
        Array.from({ length: count }, (_, index) => ({ number: next + index, name: named(pattern, next + index) })),
        key,
      );
    else
      await createTitle(
        { kind, parentId: parent.id, originalLanguage: parent.originalLanguage, text: { name: named(pattern, next) } },
        key,
      );
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('newTitle.text')}</Text>
        <FormProblem error={error} />
        {areSeveral && (
          <TextInput
            label={t('parts.count')}
            name="count"
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            required
            withAsterisk={false}
            value={count === 0 ? '' : String(count)}
            onChange={({ currentTarget }) =>
              setCount(Math.min(mostParts, Number(currentTarget.value.replaceAll(/\D/g, '').slice(0, 4))))
            }
          />
        )}
        <TextInput
          label={t('catalogue.name')}
          description={t('parts.patternHint', { token: '{number}', first: named(pattern, next) })}
          name="name"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={nameCharacters}
          value={pattern}
          onChange={({ currentTarget }) => setPattern(currentTarget.value)}
        />
        <FormActions
          submit={t('newTitle.create')}
          isBusy={isBusy}
          giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
          isInDialog
        />
      </Stack>
    </form>
  );
}

/** Makes parts of a title, as drafts: of episodes several at once. */
export function AddPartsDialog({ opened, ...form }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t(`parts.add.${form.kind}`)} onClose={form.onClose}>
      <Form {...form} />
    </Dialog>
  );
}
