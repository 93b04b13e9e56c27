import { Text, VisuallyHidden } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditRecord } from '../api/types.ts';
import { factInWords, valueInWords } from '../words/audit.ts';
import { changesOf, type Change } from './changes.ts';

function ChangedFact({ change }: { readonly change: Change }) {
  const { t } = useTranslation();
  const { before: old, after: now } = change;
  const fact = factInWords(t, change.fact);
  const before = old === undefined ? undefined : valueInWords(t, change.fact, old);
  const after = now === undefined ? undefined : valueInWords(t, change.fact, now);
  const spoken =
    before === undefined
      ? t('audit.is', { fact, after: after ?? '' })
      : after === undefined
        ? t('audit.was', { fact, before })
        : t('audit.changed', { fact, before, after });
  return (
    <li data-fact={change.fact}>
      <VisuallyHidden>{spoken}</VisuallyHidden>
      <div aria-hidden>
        <Text size="xs" c="dimmed" component="span" className="audit-fact">
          {fact}
        </Text>{' '}
        {before !== undefined && <del className="audit-value">{before}</del>}
        {before !== undefined && after !== undefined && (
          <>
            {' '}
            <IconArrowRight size={14} className="audit-arrow toward-end" />{' '}
          </>
        )}
        {after !== undefined && <ins className="audit-value">{after}</ins>}
      </div>
    </li>
  );
}

/** What a record says of before and after, only where the two differ. */
export function Changes({ record }: { readonly record: Pick<AuditRecord, 'before' | 'after'> }) {
  const changes = changesOf(record);
  if (changes.length === 0) return null;
  return (
    <ul className="audit-changes" data-testid="audit-changes">
      {changes.map((change) => (
        <ChangedFact key={change.fact} change={change} />
      ))}
    </ul>
  );
}
