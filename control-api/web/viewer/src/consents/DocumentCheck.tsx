import { Anchor, Checkbox, VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { useFieldProblem } from '../../../kit/forms/use-field-problem.ts';
import type { AskedDocument } from './consents.ts';

interface Props {
  readonly asked: AskedDocument;
  readonly isGiven: boolean;
  readonly onChange: (isGiven: boolean) => void;
}

/** What is asked, with the way to what it means: in a window of its own, for what was typed in here must not be lost. */
export function DocumentCheck({ asked: { document, url, isRequired }, isGiven, onChange }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const { error, field, changed } = useFieldProblem(undefined, undefined, input);
  return (
    <Checkbox
      name={`consent-${document}`}
      required={isRequired}
      error={error === undefined ? undefined : t('consents.needed')}
      {...field}
      checked={isGiven}
      onChange={(event) => {
        changed();
        onChange(event.currentTarget.checked);
      }}
      label={
        <Trans
          t={t}
          i18nKey={`consents.ask.${document}`}
          components={{
            read: <Anchor href={url} target="_blank" rel="noopener" inherit underline="always" />,
            window: <VisuallyHidden component="span" />,
          }}
        />
      }
    />
  );
}
