import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconMail, IconRefreshAlert } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../api/problem.ts';
import { CodeField } from '../forms/CodeField.tsx';
import { FormActions } from '../forms/FormActions.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import type { Begun } from './proof.ts';
import { useMailedCode, type MailedCode } from './use-mailed-code.ts';

interface Props {
  /** What is said of the code: where it went, or where it will go. */
  readonly text: string;
  /** Asks for a code; undefined where another one takes beginning anew. */
  readonly send?: () => Promise<Begun>;
  /** When one was sent already. */
  readonly first?: Begun;
  /** Throws what is wrong with it. */
  readonly show: (given: { readonly token: string; readonly code: string }) => Promise<unknown>;
  /** Words on the button that sends what was typed in. */
  readonly submit: string;
  readonly giveUp: { readonly words?: string; readonly onClick: () => void };
  readonly isInDialog?: boolean;
  /** What is to be filled in besides. */
  readonly children?: (error: unknown) => ReactNode;
  /** Whether what is wrong is said by one of those. */
  readonly isSaidThere?: (error: unknown) => boolean;
}

function SendAgain({ mailed: { wait, sending } }: { readonly mailed: MailedCode }) {
  const { t } = useTranslation('kit');
  const isWaiting = wait > 0;
  return (
    <Button
      variant={isWaiting ? 'transparent' : 'subtle'}
      size="sm"
      {...(isWaiting && { c: 'dimmed', style: { cursor: 'default' } })}
      loading={sending.isBusy}
      // Not `disabled`: it can be found, and says how long it takes.
      aria-disabled={isWaiting}
      onClick={(event) => {
        if (!isWaiting) sending.submit(event);
      }}
    >
      {isWaiting ? t('mailedCode.againIn', { seconds: wait }) : t('mailedCode.again')}
    </Button>
  );
}

/** Typing in the code of a mail, which is sent first where that was not done yet, and asking for another one. */
export function MailedCodeForm(props: Props) {
  const { text, send, first, show, submit: words, giveUp, isInDialog = false, children, isSaidThere } = props;
  const { t } = useTranslation('kit');
  const [code, setCode] = useState('');
  const [field, form] = [useRef<HTMLInputElement>(null), useRef<HTMLFormElement>(null)];
  const { isBusy, error, submit, forget } = useSubmission(
    () => show({ token: mailed.token ?? '', code }),
    (thrown) => {
      mailed.refused(thrown);
      if (codeOf(thrown) === 'invalid_code') field.current?.select();
    },
  );
  const mailed = useMailedCode(send, first, () => {
    setCode('');
    forget();
    field.current?.focus();
  });
  const { isUsedUp, sending } = mailed;
  // Where no other one can be asked for, the server says what is wrong with this one.
  const isTyped = mailed.token !== undefined && (!isUsedUp || !send);
  // The field that was typed in goes then.
  const isGone = isUsedUp && !isTyped;
  useEffect(() => {
    if (isGone) form.current?.querySelector<HTMLButtonElement>('[type=submit]')?.focus();
  }, [isGone, form]);

  const isWrong = isTyped && codeOf(error) === 'invalid_code';
  const isSaid = isWrong || !isTyped || (isSaidThere?.(error) ?? false);
  return (
    <form onSubmit={isTyped ? submit : sending.submit} ref={form}>
      <Stack gap="md">
        <Text size="sm" className="break-anywhere">
          {text}
        </Text>
        <FormProblem error={sending.error ?? (isSaid ? undefined : error)}>
          {isGone && (
            <Alert variant="light" color="yellow" icon={<IconRefreshAlert size={18} />} title={t('mailedCode.usedUp')}>
              {t('mailedCode.usedUpText')}
            </Alert>
          )}
        </FormProblem>
        {isTyped && (
          <CodeField
            label={t('mailedCode.label')}
            description={t('mailedCode.hint')}
            ref={field}
            autoFocus
            isFirstInDialog={isInDialog}
            error={isWrong ? messageOf(error) : undefined}
            value={code}
            onChange={setCode}
          />
        )}
        {isTyped && children?.(error)}
        <div role="status" className="form-problem">
          {isTyped && mailed.isAgain && <Text size="sm">{t('mailedCode.sentAgain')}</Text>}
        </div>
        <FormActions
          submit={isTyped || !send ? words : t(isUsedUp ? 'mailedCode.again' : 'mailedCode.send')}
          leftSection={!isTyped && send && <IconMail size={18} />}
          isBusy={isTyped ? isBusy : sending.isBusy}
          giveUp={giveUp}
          isInDialog={isInDialog}
        />
        {isTyped && send && <SendAgain mailed={mailed} />}
      </Stack>
    </form>
  );
}
