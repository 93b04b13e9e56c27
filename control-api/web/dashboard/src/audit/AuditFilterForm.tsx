import { Button, Group, SimpleGrid, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconFilter, IconFilterOff } from '@tabler/icons-react';
import { useId, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { EventField } from './EventField.tsx';
import {
  addressOf,
  filterBounds,
  isoTime,
  isTaken,
  localTime,
  noFilter,
  type AuditField,
  type AuditFilter,
} from './filter.ts';

interface Props {
  /** The filter in the address of the page. */
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
}

/** What is on the way into the filter: times as they stand in their fields. */
type Draft = AuditFilter;

const draftOf = (filter: AuditFilter): Draft => ({
  ...filter,
  from: localTime(filter.from) || filter.from,
  to: localTime(filter.to) || filter.to,
});

/** Narrows the log down. What is none of what a field is for is said to be none, and is not sent. */
export function AuditFilterForm({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const more = useId();
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  const [shown, setShown] = useState(filter);
  const [draft, setDraft] = useState(() => draftOf(filter));
  const [isOpen, setIsOpen] = useState(filter.address !== '' || filter.from !== '' || filter.to !== '');
  // The address has changed, by a link or the browser's way back: the fields follow.
  if (addressOf(shown).toString() !== addressOf(filter).toString()) {
    setShown(filter);
    setDraft(draftOf(filter));
  }
  const showsMore = isWide || isOpen;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const trimmed = Object.fromEntries(
      Object.entries(draft).map(([name, text]) => [name, text.trim()]),
    ) as unknown as Draft;
    const chosen = { ...trimmed, from: isoTime(trimmed.from), to: isoTime(trimmed.to) };
    setDraft(draftOf(chosen));
    onFilter(chosen);
  }

  const put = (name: AuditField, value: string) => setDraft((before) => ({ ...before, [name]: value }));
  const onChange = (name: AuditField) => (event: { readonly currentTarget: { readonly value: string } }) =>
    put(name, event.currentTarget.value);
  /** While somebody is typing, a text that is not finished is no mistake yet. */
  const errorOf = (name: AuditField, wrong: string) =>
    draft[name] === draftOf(filter)[name] && !isTaken(name, filter[name]) ? wrong : undefined;
  const field = (name: 'actor' | 'subject' | 'address', wrong: string) => ({
    name,
    value: draft[name],
    maxLength: filterBounds[name].maxLength,
    error: errorOf(name, wrong),
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    onChange: onChange(name),
  });
  const time = (name: 'from' | 'to') => ({
    name,
    type: 'datetime-local',
    value: draft[name],
    error: errorOf(name, t('audit.timeWrong')),
    onChange: onChange(name),
  });

  return (
    <form role="search" aria-label={t('audit.filter')} onSubmit={submit} noValidate>
      <SimpleGrid cols={{ base: 1, md: 3 }} spacing="md" verticalSpacing="sm">
        <EventField
          value={draft.event}
          onChange={(value) => put('event', value)}
          error={errorOf('event', t('audit.didWrong'))}
        />
        <TextInput
          label={t('audit.actor')}
          description={t('audit.actorHint')}
          {...field('actor', t('audit.actorWrong'))}
        />
        <TextInput
          label={t('audit.subject')}
          description={t('audit.subjectHint')}
          {...field('subject', t('audit.subjectWrong'))}
        />
      </SimpleGrid>
      {showsMore && (
        <SimpleGrid id={more} cols={{ base: 1, md: 3 }} spacing="md" verticalSpacing="sm" mt="sm">
          <TextInput label={t('audit.since')} {...time('from')} />
          <TextInput label={t('audit.until')} {...time('to')} />
          <TextInput label={t('audit.address')} {...field('address', t('audit.addressWrong'))} />
        </SimpleGrid>
      )}
      <Group gap="sm" mt="md">
        <Button type="submit" variant="light" leftSection={<IconFilter size={16} />}>
          {t('audit.apply')}
        </Button>
        {!isWide && (
          <Button
            variant="subtle"
            leftSection={<IconAdjustmentsHorizontal size={16} />}
            aria-expanded={isOpen}
            aria-controls={more}
            onClick={() => setIsOpen(!isOpen)}
          >
            {t(isOpen ? 'audit.lessFilters' : 'audit.moreFilters')}
          </Button>
        )}
        {addressOf(filter).size > 0 && (
          <Button variant="subtle" leftSection={<IconFilterOff size={16} />} onClick={() => onFilter(noFilter)}>
            {t('audit.showAll')}
          </Button>
        )}
      </Group>
    </form>
  );
}
