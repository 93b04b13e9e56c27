import { Text, VisuallyHidden } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { components } from '../../../../openapi.d.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import { factInWords } from '../words/audit.ts';

type FieldChange = components['schemas']['TitleFieldChange'];

/** Fields of a title before and after a change, as previews of the API have them: `name:de`, `release:KR`. */
export function FieldChanges({ changes }: { readonly changes: readonly FieldChange[] }) {
  const { t } = useTranslation();
  if (changes.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {t('bulkEdit.nothing')}
      </Text>
    );
  const nameOf = (field: string) => {
    const [fact = '', of] = field.split(':');
    if (of === undefined) return factInWords(t, fact);
    const where = fact === 'release' ? formats().regionName(of) : (formats().languageName(of) ?? of);
    return t('draft.ofLanguage', {
      field: factInWords(t, fact),
      language: of === '*' ? t('releases.everywhere') : where,
    });
  };
  return (
    <ul className="audit-changes">
      {changes.map(({ field, before, after }) => (
        <li key={field}>
          <Text size="xs" c="dimmed" component="span" className="audit-fact">
            {nameOf(field)}
          </Text>{' '}
          {before !== null && <del className="audit-value">{String(before)}</del>}
          {before !== null && after !== null && (
            <IconArrowRight size={14} className="audit-arrow toward-end" aria-hidden />
          )}
          {after !== null && <ins className="audit-value">{String(after)}</ins>}
          {after === null && <VisuallyHidden>{t('draft.removed')}</VisuallyHidden>}
        </li>
      ))}
    </ul>
  );
}
