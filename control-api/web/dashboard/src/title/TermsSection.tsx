import { ActionIcon, Group, NativeSelect, Pill, Stack, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { changeTitleTerms, createTerm, useTitleTerms } from '../api/terms.ts';
import type { CatalogueTitle, CreditRole, TermKind, TitleTerm } from '../api/types.ts';
import { TermPicker } from './TermPicker.tsx';

const creditRoles = ['cast', 'director', 'writer', 'producer', 'music'] as const satisfies readonly CreditRole[];
const isSame = (one: TitleTerm, other: TitleTerm) => one.id === other.id && one.role === other.role;

interface Props {
  readonly title: CatalogueTitle;
  readonly mayEdit: boolean;
}

interface PartProps extends Props {
  readonly terms: readonly TitleTerm[];
  readonly onChange: (change: (terms: readonly TitleTerm[]) => readonly TitleTerm[]) => Promise<void>;
}

/** Categories or tags of a title. */
function Words({ kind, title, terms, mayEdit, onChange }: PartProps & { readonly kind: Exclude<TermKind, 'person'> }) {
  const { t } = useTranslation();
  const own = terms.filter((term) => term.kind === kind);
  const add = async ({ id, name }: { readonly id: string; readonly name: string }) =>
    onChange((before) => [...before.filter((term) => term.id !== id), { id, kind, name, role: null, part: null }]);
  return (
    <Stack gap="xs">
      {own.length > 0 && (
        <Group component="ul" gap="xs" m={0} p={0} aria-label={t(`titleTerms.${kind}`)}>
          {own.map((term) => (
            <Pill
              component="li"
              key={term.id}
              size="lg"
              withRemoveButton={mayEdit}
              removeButtonProps={{
                'aria-label': t('titleTerms.remove', { name: term.name }),
                'aria-hidden': false,
                tabIndex: 0,
              }}
              onRemove={() => void onChange((before) => before.filter((each) => !isSame(each, term)))}
            >
              {term.name}
            </Pill>
          ))}
        </Group>
      )}
      {mayEdit && (
        <TermPicker
          kind={kind}
          label={t(`titleTerms.add.${kind}`)}
          without={own.map(({ id }) => id)}
          onChoose={add}
          onCreate={async (name) =>
            add(await createTerm({ kind, originalLanguage: title.originalLanguage, text: { name } }))
          }
        />
      )}
    </Stack>
  );
}

/** Somebody who is in a title, and as what. */
function Credit({ term, mayEdit, onChange }: Omit<PartProps, 'title' | 'terms'> & { readonly term: TitleTerm }) {
  const { t } = useTranslation();
  const [part, setPart] = useState(term.part ?? '');
  return (
    <Group component="li" className="row" gap="sm" justify="space-between" data-testid="credit">
      <Text size="sm" fw={600} className="row-words break-anywhere">
        {term.name}
        <Text span size="xs" c="dimmed" display="block">
          {term.role && t(`titleTerms.roles.${term.role}`)}
        </Text>
      </Text>
      {term.role === 'cast' && (
        <TextInput
          aria-label={t('titleTerms.partOf', { name: term.name })}
          placeholder={t('titleTerms.part')}
          value={part}
          maxLength={120}
          readOnly={!mayEdit}
          onChange={({ currentTarget }) => setPart(currentTarget.value)}
          onBlur={() => {
            if (part.trim() !== (term.part ?? ''))
              void onChange((before) =>
                before.map((each) => (isSame(each, term) ? { ...each, part: part.trim() || null } : each)),
              );
          }}
        />
      )}
      {mayEdit && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('titleTerms.remove', { name: term.name })}
          onClick={() => void onChange((before) => before.filter((each) => !isSame(each, term)))}
        >
          <IconX size={18} />
        </ActionIcon>
      )}
    </Group>
  );
}

function People({ title, terms, mayEdit, onChange }: PartProps) {
  const { t } = useTranslation();
  const [role, setRole] = useState<CreditRole>('cast');
  const people = terms.filter(({ kind }) => kind === 'person');
  const add = async ({ id, name }: { readonly id: string; readonly name: string }) =>
    onChange((before) => {
      const credit: TitleTerm = { id, kind: 'person', name, role, part: null };
      return [...before.filter((term) => !isSame(term, credit)), credit];
    });
  return (
    <Stack gap="xs">
      {people.length > 0 && (
        <ul className="rows" aria-label={t('titleTerms.person')}>
          {people.map((term) => (
            <Credit key={`${term.id} ${term.role}`} term={term} mayEdit={mayEdit} onChange={onChange} />
          ))}
        </ul>
      )}
      {mayEdit && (
        <Group gap="sm" align="flex-end">
          <NativeSelect
            label={t('titleTerms.as')}
            value={role}
            data={creditRoles.map((each) => ({ value: each, label: t(`titleTerms.roles.${each}`) }))}
            onChange={({ currentTarget: { value } }) => setRole(creditRoles.find((each) => each === value) ?? role)}
          />
          <div className="row-words">
            <TermPicker
              kind="person"
              label={t('titleTerms.add.person')}
              without={people.filter((term) => term.role === role).map(({ id }) => id)}
              onChoose={add}
              onCreate={async (name) =>
                add(await createTerm({ kind: 'person', originalLanguage: title.originalLanguage, text: { name } }))
              }
            />
          </div>
        </Group>
      )}
    </Stack>
  );
}

/** Categories, tags and people of a title. Each change is saved at once. */
export function TermsSection({ title, mayEdit }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useTitleTerms(title.id);
  const onChange: PartProps['onChange'] = async (change) => {
    try {
      await changeTitleTerms(title.id, change);
    } catch (thrown) {
      tellFailed(t('titleTerms.failed'), thrown);
    }
  };
  const parts = { title, terms: data ?? [], mayEdit, onChange };
  return (
    <Section title={t('titleTerms.title')}>
      {data ? (
        <Stack gap="lg">
          <Words kind="category" {...parts} />
          <Words kind="tag" {...parts} />
          <People {...parts} />
        </Stack>
      ) : (
        <NotLoaded error={error} onAgain={refetch} />
      )}
    </Section>
  );
}
