import { NativeSelect } from '@mantine/core';
import { languageChoices } from './languages.ts';

interface Props {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onLanguage: (tag: string) => void;
  readonly isDisabled?: boolean;
}

/** A language that texts are written in. */
export function LanguageField({ label, description, value, onLanguage, isDisabled = false }: Props) {
  return (
    <NativeSelect
      label={label}
      {...(description !== undefined && { description })}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      name="language"
      value={value}
      data={languageChoices([value])}
      disabled={isDisabled}
      onChange={({ currentTarget }) => onLanguage(currentTarget.value)}
    />
  );
}
