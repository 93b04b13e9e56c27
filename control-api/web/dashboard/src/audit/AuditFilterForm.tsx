import { Button, Group, TextInput } from '@mantine/core';
import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf, isTaken, maxFilterLength, type AuditFilter } from './filter.ts';

interface Props {
  /** The filter in the address of the page. */
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
}

/** Narrows the log down by ids. What is no id is said to be none, and is not sent. */
export function AuditFilterForm({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(filter);
  const [draft, setDraft] = useState(filter);
  // The address has changed, by a link or the browser's way back: the fields follow.
  if (shown.actor !== filter.actor || shown.subject !== filter.subject) {
    setShown(filter);
    setDraft(filter);
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const trimmed = { actor: draft.actor.trim(), subject: draft.subject.trim() };
    setDraft(trimmed);
    onFilter(trimmed);
  }

  const field = (name: keyof AuditFilter, wrong: string) => ({
    name,
    value: draft[name],
    maxLength: maxFilterLength,
    // While somebody is typing, a text that is not finished is no mistake yet.
    error: draft[name] === filter[name] && !isTaken(name, filter[name]) ? wrong : undefined,
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    className: 'audit-field',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [name]: value }));
    },
  });

  return (
    <form role="search" aria-label={t('audit.filter')} onSubmit={submit} noValidate>
      <Group align="flex-start" gap="md">
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
        <Group gap="sm" className="audit-submit">
          <Button type="submit" variant="light" leftSection={<IconFilter size={16} />}>
            {t('audit.apply')}
          </Button>
          {addressOf(filter).size > 0 && (
            <Button
              variant="subtle"
              leftSection={<IconFilterOff size={16} />}
              onClick={() => onFilter({ actor: '', subject: '' })}
            >
              {t('audit.showAll')}
            </Button>
          )}
        </Group>
      </Group>
    </form>
  );
}
