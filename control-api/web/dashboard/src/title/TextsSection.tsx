import { Button, Group, NativeSelect, Stack, Tabs, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { nameCharacters } from '../catalogue/NewTitleDialog.tsx';
import { languageChoices } from '../catalogue/languages.ts';
import { TextDraft } from './DraftField.tsx';
import { textOf } from './fields.ts';
import type { Drafted } from './use-draft.ts';

/** What the API takes. */
const taglineCharacters = 200;
const synopsisCharacters = 5000;

/** The languages that a draft has texts in, the original one first. */
function languagesOf({ title, state }: Drafted): string[] {
  const original = title.originalLanguage;
  const typed = [...state.edits.keys()].flatMap((field) => textOf(field)?.language ?? []);
  const all = new Set([original, ...title.texts.map(({ language }) => language), ...typed]);
  return [...all].filter((language) => state.edits.get(`text.${language}.removed`)?.to !== true);
}

/** What a title is called and about, language by language. */
export function TextsSection({ drafted }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  const { languageName } = formats();
  const [opened, setOpened] = useState(drafted.title.originalLanguage);
  // One that was just added has nothing in it yet.
  const [added, setAdded] = useState<readonly string[]>([]);
  const [asks, setAsks] = useState<string>();
  const languages = [...new Set([...languagesOf(drafted), ...added])];
  const shown = languages.includes(opened) ? opened : drafted.title.originalLanguage;
  const name = (language: string) => languageName(language) ?? language;
  return (
    <Section
      title={t('texts.title')}
      aside={
        drafted.mayEdit && (
          <NativeSelect
            aria-label={t('texts.add')}
            value=""
            data={[
              { value: '', label: t('texts.add') },
              ...languageChoices().filter(({ value }) => !languages.includes(value)),
            ]}
            onChange={({ currentTarget: { value } }) => {
              if (value === '') return;
              setAdded([...added, value]);
              setOpened(value);
            }}
          />
        )
      }
    >
      <Tabs value={shown} onChange={(language) => setOpened(language ?? shown)} keepMounted={false}>
        <Tabs.List aria-label={t('texts.languages')}>
          {languages.map((language) => (
            <Tabs.Tab key={language} value={language}>
              {name(language)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((language) => (
          <Tabs.Panel key={language} value={language} pt="md">
            <Stack gap="md">
              <TextDraft
                drafted={drafted}
                field={`text.${language}.name`}
                label={t('fields.name')}
                maxLength={nameCharacters}
                language={language}
              />
              <TextDraft
                drafted={drafted}
                field={`text.${language}.tagline`}
                label={t('fields.tagline')}
                description={t('texts.taglineHint')}
                maxLength={taglineCharacters}
                language={language}
                mayBeEmpty
              />
              <TextDraft
                drafted={drafted}
                field={`text.${language}.synopsis`}
                label={t('fields.synopsis')}
                maxLength={synopsisCharacters}
                language={language}
                isLong
                mayBeEmpty
              />
              {language === drafted.title.originalLanguage ? (
                <Text size="sm" c="dimmed">
                  {t('texts.original')}
                </Text>
              ) : (
                drafted.mayEdit && (
                  <Group>
                    <Button
                      variant="light"
                      color="red"
                      size="xs"
                      leftSection={<IconTrash size={16} />}
                      onClick={() => setAsks(language)}
                    >
                      {t('texts.remove')}
                    </Button>
                  </Group>
                )
              )}
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
      <ConfirmDialog
        opened={asks !== undefined}
        title={t('texts.removeTitle')}
        action={t('texts.remove')}
        keep={t('catalogue.leave')}
        onClose={() => setAsks(undefined)}
        onConfirm={async () => {
          if (asks === undefined) return;
          drafted.draft.removeText(asks);
          setAdded(added.filter((language) => language !== asks));
          setOpened(drafted.title.originalLanguage);
          await Promise.resolve();
        }}
      >
        {t('texts.removeText', { language: asks === undefined ? '' : name(asks) })}
      </ConfirmDialog>
    </Section>
  );
}
