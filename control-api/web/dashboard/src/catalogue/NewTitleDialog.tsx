import { NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { newKey } from '../../../kit/api/new-key.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useFieldProblem } from '../../../kit/forms/use-field-problem.ts';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { createTitle } from '../api/titles.ts';
import { titlePath } from '../paths.ts';
import { LanguageField } from './LanguageField.tsx';
import { lastLanguage, rememberLanguage } from './languages.ts';
import { rootKinds, type RootKind } from './view.ts';

/** The longest name that the API takes. */
export const nameCharacters = 200;

function Form({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [kind, setKind] = useState<RootKind>('series');
  const [name, setName] = useState('');
  const [language, setLanguage] = useState(lastLanguage);
  const [key] = useState(newKey);
  const input = useRef<HTMLInputElement>(null);
  const {
    error: wrong,
    field,
    changed,
  } = useFieldProblem(name !== '' && name.trim() === '' ? t('catalogue.nameMissing') : undefined, undefined, input);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      const { id } = await createTitle({ kind, originalLanguage: language, text: { name: name.trim() } }, key);
      rememberLanguage(language);
      await navigate(titlePath(id));
    },
    () => input.current?.select(),
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('newTitle.text')}</Text>
        <FormProblem error={error} />
        <NativeSelect
          label={t('catalogue.kind')}
          name="kind"
          value={kind}
          data={rootKinds.map((each) => ({ value: each, label: t(`titleKinds.${each}`) }))}
          onChange={({ currentTarget: { value } }) => setKind(rootKinds.find((each) => each === value) ?? kind)}
        />
        <TextInput
          label={t('catalogue.name')}
          name="name"
          autoComplete="off"
          required
          withAsterisk={false}
          maxLength={nameCharacters}
          data-autofocus
          error={wrong}
          {...field}
          value={name}
          onChange={(event) => {
            changed();
            setName(event.currentTarget.value);
          }}
        />
        <LanguageField
          label={t('newTitle.language')}
          description={t('newTitle.languageHint')}
          value={language}
          onLanguage={setLanguage}
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

/** Makes a series or a movie, as a draft, and leads to it. */
export function NewTitleDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('newTitle.title')} onClose={onClose}>
      <Form onClose={onClose} />
    </Dialog>
  );
}
