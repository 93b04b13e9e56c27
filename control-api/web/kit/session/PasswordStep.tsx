import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconFingerprint, IconLogin2, IconMail } from '@tabler/icons-react';
import { useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf } from '../api/problem.ts';
import { EmailField } from '../forms/EmailField.tsx';
import { FormProblem } from '../forms/FormProblem.tsx';
import { PasswordField } from '../forms/PasswordField.tsx';
import { useSubmission } from '../forms/use-submission.ts';
import { i18n } from '../messages/i18n.ts';
import { forgetUnknown, showPasskey, takesPasskeys } from '../passkeys/device.ts';
import { usePasskeyOffer } from '../passkeys/use-passkey-offer.ts';
import type { Begun, PasskeyProof, PasskeyQuestion } from '../proofs/proof.ts';
import type { HalfSignIn } from './half-sign-in.ts';
import type { Session } from './session.ts';
import { askPasskeyToSignIn, sendSignInCode, signInByPasskey, signInByPassword } from './sign-in-requests.ts';

interface Props {
  readonly session: Session;
  readonly autoFocus: boolean;
  /** Shown while nothing is wrong. */
  readonly notice?: ReactNode;
  /** The way to another password for one that is forgotten. */
  readonly recovery: ReactNode;
  readonly email: string;
  readonly onEmail: (email: string) => void;
  /** A proof was right: what is to be shown besides, if anything. */
  readonly onEntered: (by: 'password' | 'passkey', half: HalfSignIn | undefined) => void;
  /** A code is on its way; undefined where none are sent. */
  readonly onCode: ((begun: Begun) => void) | undefined;
}

/** The first step of signing in: e-mail and password, or what stands in for them. */
export function PasswordStep(props: Props) {
  const { session, autoFocus, notice, recovery, email, onEmail, onEntered, onCode } = props;
  const { t } = useTranslation('kit');
  const [password, setPassword] = useState('');
  const [way, setWay] = useState<'password' | 'passkey' | 'code'>('password');
  const send = useRef(byPassword);
  const [emailField, passwordField] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const { isBusy, error, submit } = useSubmission(
    () => send.current(),
    (thrown) => {
      if (codeOf(thrown) === 'invalid_credentials') passwordField.current?.select();
    },
  );

  async function byPassword() {
    onEntered('password', await signInByPassword(session, email.trim(), password));
  }
  async function byCode() {
    onCode?.(await sendSignInCode(session, email.trim(), i18n.language));
  }
  async function byGiven(given: PasskeyProof, question: PasskeyQuestion) {
    try {
      onEntered('passkey', await signInByPasskey(session, given));
    } catch (refusal) {
      await forgetUnknown(refusal, given, question);
      throw refusal;
    }
  }
  async function byPasskey() {
    const question = await askPasskeyToSignIn(session);
    await byGiven(await showPasskey(question, { isAutofill: false }), question);
  }
  function enter(by: typeof way, how: () => Promise<void>, event?: SyntheticEvent) {
    setWay(by);
    send.current = how;
    submit(event);
  }

  usePasskeyOffer({
    isOn: !isBusy,
    ask: () => askPasskeyToSignIn(session),
    onGiven: (given, question) => enter('passkey', () => byGiven(given, question)),
  });
  return (
    <form onSubmit={(event) => enter('password', byPassword, event)}>
      <Stack gap="md">
        <FormProblem error={error} data-testid="sign-in-error">
          {notice}
        </FormProblem>
        <EmailField autoFocus={autoFocus} offersPasskeys ref={emailField} value={email} onChange={onEmail} />
        <Stack gap={6}>
          <PasswordField
            kind="current"
            label={t('fields.password')}
            ref={passwordField}
            value={password}
            onChange={setPassword}
          />
          {recovery && (
            <Text size="sm" component="div">
              {recovery}
            </Text>
          )}
        </Stack>
        <Button
          type="submit"
          fullWidth
          mt="xs"
          loading={isBusy && way === 'password'}
          leftSection={<IconLogin2 size={18} />}
        >
          {t('signIn.submit')}
        </Button>
        {(takesPasskeys() || onCode) && <Divider label={t('signIn.or')} />}
        {takesPasskeys() && (
          <Button
            variant="default"
            fullWidth
            loading={isBusy && way === 'passkey'}
            leftSection={<IconFingerprint size={18} />}
            onClick={(event) => enter('passkey', byPasskey, event)}
          >
            {t('signIn.byPasskey')}
          </Button>
        )}
        {onCode && (
          <Button
            variant="default"
            fullWidth
            loading={isBusy && way === 'code'}
            leftSection={<IconMail size={18} />}
            onClick={(event) => {
              // The field says itself what is wrong with it.
              if (emailField.current?.checkValidity()) enter('code', byCode, event);
            }}
          >
            {t('signIn.byCode')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
