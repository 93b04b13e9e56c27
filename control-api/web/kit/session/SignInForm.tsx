import { Alert } from '@mantine/core';
import { IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../layout/CardPage.tsx';
import { MailedCodeForm } from '../proofs/MailedCodeForm.tsx';
import type { Begun } from '../proofs/proof.ts';
import { i18n } from '../messages/i18n.ts';
import type { HalfSignIn } from './half-sign-in.ts';
import { PasswordStep } from './PasswordStep.tsx';
import { SecondFactorStep } from './SecondFactorStep.tsx';
import type { Session, SignedOutBecause } from './session.ts';
import { sendSignInCode, signInByCode } from './sign-in-requests.ts';

/** By what somebody has signed in, besides a second factor. */
export type EnteredBy = 'password' | 'passkey' | 'code';

interface Props {
  readonly session: Session;
  /** What one signs in for. */
  readonly lead: string;
  /** Why the sign-in before has ended, when it did not end by signing out; `recovered`: there is a new password. */
  readonly because: SignedOutBecause | 'recovered' | undefined;
  /** Only where nothing but the form is on the page: on phones it opens the keyboard. */
  readonly autoFocus?: boolean;
  /** The way to another password for one that is forgotten: a link. */
  readonly recovery?: ReactNode;
  /** Whether a code may stand in for the password. An address without an account is signed up by it. */
  readonly byCode?: boolean;
  /** Other ways in, below the first step. */
  readonly children?: ReactNode;
  /** Is called once somebody is signed in. */
  readonly onSignedIn?: (by: EnteredBy) => void;
}

type Step =
  | { readonly at: 'password'; readonly isOver: boolean }
  | { readonly at: 'code'; readonly begun: Begun }
  | { readonly at: 'second-factor'; readonly half: HalfSignIn; readonly by: EnteredBy };

const looks = {
  ended: { color: 'brand', icon: <IconClock size={18} /> },
  'password-changed': { color: 'teal', icon: <IconCircleCheck size={18} /> },
  recovered: { color: 'teal', icon: <IconCircleCheck size={18} /> },
  over: { color: 'brand', icon: <IconClock size={18} /> },
} as const;

/**
 * Signing in: the whole of a page.
 *
 *     password or passkey -> signed in
 *                         -> second factor -> signed in     when the account has one
 *     code of a mail      -> the same
 *
 * It stands in place of a page that was asked for by nobody who is signed in, too. There is no "next" address to send a
 * person to afterwards, so none can be forged: the page asked for appears by itself.
 */
export function SignInForm(props: Props) {
  const { session, lead, because, autoFocus = false, recovery, byCode = false, children, onSignedIn } = props;
  const { t } = useTranslation('kit');
  const [email, setEmail] = useState('');
  const [step, setStep] = useState<Step>({ at: 'password', isOver: false });

  function entered(by: EnteredBy, half: HalfSignIn | undefined) {
    if (half) setStep({ at: 'second-factor', half, by });
    else onSignedIn?.(by);
  }

  if (step.at === 'second-factor')
    return (
      <SecondFactorStep
        session={session}
        half={step.half}
        onSignedIn={() => onSignedIn?.(step.by)}
        onBegin={({ isOver }) => setStep({ at: 'password', isOver })}
      />
    );
  if (step.at === 'code')
    return (
      <Card key={step.at} title={t('signIn.code')} lead={t('signIn.codeText')}>
        <MailedCodeForm
          text={t('mailedCode.sentTo', { email })}
          send={() => sendSignInCode(session, email.trim(), i18n.language)}
          first={step.begun}
          show={async ({ token, code }) => entered('code', await signInByCode(session, token, code))}
          submit={t('signIn.submit')}
          giveUp={{ words: t('signIn.otherAddress'), onClick: () => setStep({ at: 'password', isOver: false }) }}
        />
      </Card>
    );
  const why = step.isOver ? 'over' : because;
  return (
    <Card key={step.at} title={t('signIn.title')} lead={lead}>
      <PasswordStep
        session={session}
        autoFocus={autoFocus}
        notice={
          why && (
            <Alert variant="light" {...looks[why]}>
              {t(`signIn.because.${why}`)}
            </Alert>
          )
        }
        recovery={recovery}
        email={email}
        onEmail={setEmail}
        onEntered={entered}
        onCode={byCode ? (begun) => setStep({ at: 'code', begun }) : undefined}
      />
      {children}
    </Card>
  );
}
