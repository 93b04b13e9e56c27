import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { ChoiceDraft, NumberDraft, TextDraft } from './DraftField.tsx';
import type { Drafted } from './use-draft.ts';

const ages = [0, 6, 12, 16, 18] as const;
const slugCharacters = 80;
const numberOrNull = (choice: string) => (choice === '' ? null : Number(choice));

/** What there is to say of a title in no language. */
export function FactsSection({ drafted }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  const { languageName } = formats();
  const { title } = drafted;
  const isRoot = title.parentId === null;
  return (
    <Section title={t('facts.title')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="md">
        {isRoot && (
          <TextDraft
            drafted={drafted}
            field="slug"
            label={t('fields.slug')}
            description={t('facts.slugHint')}
            maxLength={slugCharacters}
          />
        )}
        {!isRoot && <NumberDraft drafted={drafted} field="number" label={t('fields.number')} />}
        <ChoiceDraft
          drafted={drafted}
          field="maturity"
          label={t('fields.maturity')}
          description={t('facts.maturityIs', { age: title.effectiveMaturity })}
          data={[
            { value: '', label: t(isRoot ? 'facts.unrated' : 'facts.asParent') },
            ...ages.map((age) => ({ value: String(age), label: t('facts.from', { age }) })),
          ]}
          read={numberOrNull}
        />
        <NumberDraft drafted={drafted} field="year" label={t('fields.year')} />
        <ChoiceDraft
          drafted={drafted}
          field="originalLanguage"
          label={t('fields.originalLanguage')}
          description={t('facts.originalHint')}
          data={title.texts.map(({ language }) => ({ value: language, label: languageName(language) ?? language }))}
          read={(choice) => choice}
        />
      </SimpleGrid>
    </Section>
  );
}
