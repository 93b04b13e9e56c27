import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { changeTerm, createTerm, deleteTerm } from '../api/terms.ts';
import type { Term, TermKind } from '../api/types.ts';
import { PortraitField } from '../pictures/PortraitField.tsx';
import { languageChoices, lastLanguage, rememberLanguage } from '../catalogue/languages.ts';
import { LanguageField } from '../catalogue/LanguageField.tsx';

const nameCharacters = 120;
const aboutCharacters = 5000;

type Texts = Readonly<Record<string, { readonly name: string; readonly about: string | null }>>;

interface FormProps {
  /** Undefined: a new one. */
  readonly term: Term | undefined;
  readonly kind: TermKind;
  readonly onClose: () => void;
}

function Form({ term, kind, onClose }: FormProps) {
  const { t } = useTranslation();
  const { languageName } = formats();
  const [original, setOriginal] = useState(term?.originalLanguage ?? lastLanguage());
  const [language, setLanguage] = useState(original);
  const [texts, setTexts] = useState<Texts>(
    Object.fromEntries((term?.texts ?? []).map(({ language: tag, name, about }) => [tag, { name, about }])),
  );
  const [slug, setSlug] = useState(term?.slug ?? '');
  const [asksToDelete, setAsksToDelete] = useState(false);
  const { name = '', about = null } = texts[language] ?? {};
  const put = (change: { readonly name?: string; readonly about?: string | null }) =>
    setTexts({ ...texts, [language]: { name, about, ...change } });
  const { isBusy, error, submit } = useSubmission(async () => {
    if (term) {
      const given = Object.entries(texts).map(([tag, text]) => [tag, text.name.trim() === '' ? null : text] as const);
      await changeTerm(term.id, {
        revision: term.revision,
        texts: Object.fromEntries(given),
        ...(slug !== term.slug && { slug }),
      });
    } else {
      const text = texts[original] ?? { name: '', about: null };
      await createTerm({ kind, originalLanguage: original, text });
      rememberLanguage(original);
    }
    onClose();
  });
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={error} />
        {codeOf(error) === 'term_changed' && (
          <Text size="sm" c="dimmed">
            {t('terms.changedText')}
          </Text>
        )}
        {term && kind === 'person' && <PortraitField person={term} />}
        {term ? (
          <NativeSelect
            label={t('terms.language')}
            value={language}
            data={languageChoices(Object.keys(texts)).map(({ value, label }) => ({
              value,
              label: texts[value] ? t('terms.hasText', { language: label }) : label,
            }))}
            onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
          />
        ) : (
          <LanguageField
            label={t('newTitle.language')}
            value={original}
            onLanguage={(tag) => {
              setTexts({ [tag]: { name, about } });
              setOriginal(tag);
              setLanguage(tag);
            }}
          />
        )}
        <TextInput
          label={t('catalogue.name')}
          name="name"
          autoComplete="off"
          data-autofocus
          required={language === original}
          withAsterisk={false}
          maxLength={nameCharacters}
          lang={language}
          dir="auto"
          value={name}
          onChange={({ currentTarget }) => put({ name: currentTarget.value })}
        />
        <Textarea
          label={t(kind === 'person' ? 'terms.aboutPerson' : 'terms.about')}
          name="about"
          autosize
          minRows={3}
          maxRows={10}
          maxLength={aboutCharacters}
          lang={language}
          dir="auto"
          value={about ?? ''}
          onChange={({ currentTarget: { value } }) => put({ about: value === '' ? null : value })}
        />
        {term && (
          <TextInput
            label={t('fields.slug')}
            name="slug"
            autoComplete="off"
            required
            withAsterisk={false}
            maxLength={80}
            value={slug}
            onChange={({ currentTarget }) => setSlug(currentTarget.value)}
          />
        )}
        {term && (
          <Group>
            <Button
              variant="light"
              color="red"
              size="xs"
              leftSection={<IconTrash size={16} />}
              onClick={() => setAsksToDelete(true)}
            >
              {t('terms.delete')}
            </Button>
          </Group>
        )}
        <FormActions
          submit={t(term ? 'terms.save' : 'terms.make')}
          isBusy={isBusy}
          giveUp={{ words: t('catalogue.leave'), onClick: onClose }}
          isInDialog
        />
      </Stack>
      {term && (
        <ConfirmDialog
          opened={asksToDelete}
          title={t('terms.deleteTitle', { name: term.name })}
          action={t('terms.delete')}
          keep={t('catalogue.leave')}
          onClose={() => setAsksToDelete(false)}
          onConfirm={async () => {
            await deleteTerm(term.id);
            onClose();
          }}
        >
          {t('terms.deleteText', { language: languageName(original) ?? original })}
        </ConfirmDialog>
      )}
    </form>
  );
}

/** Makes a category, tag or person, or changes one. */
export function TermDialog({ opened, ...form }: FormProps & { readonly opened: boolean }) {
  const { t } = useTranslation();
  const { term, kind } = form;
  return (
    <Dialog
      opened={opened}
      title={term ? t('terms.edit', { name: term.name }) : t(`terms.add.${kind}`)}
      onClose={form.onClose}
    >
      <Form key={term?.id ?? kind} {...form} />
    </Dialog>
  );
}
