import { NativeSelect, Textarea, TextInput, type NativeSelectProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { wrongWith, type Field, type Value } from './fields.ts';
import type { Drafted } from './use-draft.ts';

interface Props {
  readonly drafted: Drafted;
  readonly field: Field;
  readonly label: string;
  readonly description?: string | undefined;
}

/** What is wrong with what stands in a field, in words. */
export function useWrong({ state, draft }: Drafted, field: Field): string | undefined {
  const { t } = useTranslation();
  if (state.conflicts.some((conflict) => conflict.field === field)) return t('draft.conflictHere');
  const refusal = state.refusals.get(field);
  if (refusal !== undefined) return messageOf(refusal);
  if (!state.edits.has(field)) return undefined;
  const wrong = wrongWith(field, draft.value(field));
  return wrong && t(`draft.wrong.${wrong}`);
}

/** What is written in a field while somebody is in it: the server's form of it comes when they leave. */
export function useTyped(shown: string, onText: (text: string) => void) {
  const [typed, setTyped] = useState<string>();
  return {
    value: typed ?? shown,
    onFocus: () => setTyped(shown),
    onBlur: () => setTyped(undefined),
    onChange: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) => {
      setTyped(value);
      onText(value);
    },
  };
}

interface TextProps extends Props {
  readonly maxLength: number;
  readonly isLong?: boolean;
  /** BCP 47; of what is written. */
  readonly language?: string;
  /** An empty field has no value, instead of an empty one. */
  readonly mayBeEmpty?: boolean;
}

/** A text of a title, saved as it is typed. */
export function TextDraft({ drafted, field, maxLength, isLong, language, mayBeEmpty = false, ...words }: TextProps) {
  const error = useWrong(drafted, field);
  const typed = useTyped(drafted.text(field), (text) =>
    drafted.draft.edit(field, mayBeEmpty && text === '' ? null : text),
  );
  const props = {
    ...words,
    ...typed,
    name: field,
    maxLength,
    error,
    readOnly: !drafted.mayEdit,
    autoComplete: 'off',
    dir: 'auto',
    ...(language !== undefined && { lang: language }),
  };
  return isLong ? <Textarea {...props} autosize minRows={4} maxRows={16} /> : <TextInput {...props} />;
}

/** A whole number of a title, or none. */
export function NumberDraft({ drafted, field, ...words }: Props) {
  const error = useWrong(drafted, field);
  const typed = useTyped(drafted.text(field), (text) => {
    const digits = text.replaceAll(/\D/g, '').slice(0, 6);
    drafted.draft.edit(field, digits === '' ? null : Number(digits));
  });
  return (
    <TextInput
      {...words}
      {...typed}
      value={typed.value.replaceAll(/\D/g, '').slice(0, 6)}
      name={field}
      inputMode="numeric"
      autoComplete="off"
      error={error}
      readOnly={!drafted.mayEdit}
    />
  );
}

interface ChoiceProps extends Props, Pick<NativeSelectProps, 'data'> {
  /** The value of a choice. */
  readonly read: (choice: string) => Value;
}

/** A choice of a title. */
export function ChoiceDraft({ drafted, field, read, ...rest }: ChoiceProps) {
  const error = useWrong(drafted, field);
  return (
    <NativeSelect
      {...rest}
      name={field}
      value={drafted.text(field)}
      error={error}
      disabled={!drafted.mayEdit}
      onChange={({ currentTarget }) => drafted.draft.edit(field, read(currentTarget.value))}
    />
  );
}
