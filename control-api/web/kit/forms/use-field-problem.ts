import { useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState, type FormEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

interface FieldProblem {
  /** What is wrong, in words, to be shown below the field; undefined while nothing is known to be. */
  readonly error: string | undefined;
  /** The field's own properties. */
  readonly field: {
    readonly ref: Ref<HTMLInputElement>;
    readonly onInvalid: (event: FormEvent<HTMLInputElement>) => void;
  };
  /** To be called when the value changes: what was wrong may be right now. */
  readonly changed: () => void;
}

type Kind = 'missing' | 'address' | 'own';

function kindOf({ valueMissing, typeMismatch }: ValidityState): Kind {
  if (valueMissing) return 'missing';
  return typeMismatch ? 'address' : 'own';
}

/**
 * What the browser finds wrong with a field, said below it in the language of the page instead of in the browser's
 * bubble, when its form is not sent because of it. The first such field gets the focus. Nothing is said when a field is
 * merely left: that would push down the button that is being pressed.
 * @param own what is wrong besides what browsers know of (empty, no address); undefined when nothing is
 * @param given what the server said of the field; it goes before
 */
export function useFieldProblem(
  own: string | undefined,
  given: string | undefined,
  ref?: Ref<HTMLInputElement>,
): FieldProblem {
  const { t } = useTranslation('kit');
  const [said, setSaid] = useState<Kind>();
  const input = useRef<HTMLInputElement>(null);
  const both = useMergedRef(input, ref);
  useEffect(() => input.current?.setCustomValidity(own ?? ''), [own]);
  const words = { missing: t('fields.missing'), address: t('fields.noAddress'), own };
  return {
    error: given ?? (said && words[said]),
    field: {
      ref: both,
      onInvalid: (event) => {
        event.preventDefault();
        const field = event.currentTarget;
        setSaid(kindOf(field.validity));
        if (field.form?.querySelector(':invalid:not(fieldset)') === field) field.focus();
      },
    },
    changed: () => setSaid(undefined),
  };
}
