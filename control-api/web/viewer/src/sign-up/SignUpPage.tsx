import { Anchor, Center, Text } from '@mantine/core';
import { IconDoorOff } from '@tabler/icons-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { MailedCodeForm } from '../../../kit/proofs/MailedCodeForm.tsx';
import type { Begun } from '../../../kit/proofs/proof.ts';
import type { HalfSignIn } from '../../../kit/session/half-sign-in.ts';
import { SecondFactorStep } from '../../../kit/session/SecondFactorStep.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import type { AskedDocument } from '../consents/consents.ts';
import { useAgreed } from '../consents/use-agreed.ts';
import { ToHome } from '../layout/ToHome.tsx';
import { paths } from '../paths.ts';
import { ProviderButtons } from '../providers/ProviderButtons.tsx';
import { useSignInOffer } from '../providers/providers.ts';
import { completeSignUp, signUp } from './sign-up.ts';
import { SignUpForm } from './SignUpForm.tsx';

type Step =
  | { readonly at: 'form' }
  | { readonly at: 'code'; readonly begun: Begun; readonly documents: readonly AskedDocument[] }
  | { readonly at: 'second-factor'; readonly half: HalfSignIn };

/**
 * Getting an account.
 *
 *     address and password -> code of the mail -> signed in
 *
 * An address that has an account already is asked for a code just the same: it signs in to that one then.
 */
function SignUp() {
  const { t } = useTranslation(['viewer', 'kit']);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const agreed = useAgreed();
  const [step, setStep] = useState<Step>({ at: 'form' });
  const back = () => setStep({ at: 'form' });

  if (step.at === 'second-factor')
    return (
      <Center mih="60dvh">
        <SecondFactorStep session={session} half={step.half} onBegin={back} />
      </Center>
    );
  if (step.at === 'code')
    return (
      <CardPage key="code" title={t('signUp.code')} lead={t('signUp.codeText')}>
        <MailedCodeForm
          text={t('kit:mailedCode.sentTo', { email })}
          send={() => signUp(email.trim(), password)}
          first={step.begun}
          show={async (given) => {
            const half = await completeSignUp(given, agreed.of(step.documents));
            if (half) setStep({ at: 'second-factor', half });
          }}
          submit={t('signUp.finish')}
          giveUp={{ words: t('signUp.otherAddress'), onClick: back }}
        />
      </CardPage>
    );
  return (
    <CardPage key="form" title={t('signUp.title')} lead={t('signUp.lead')}>
      <SignUpForm
        email={email}
        onEmail={setEmail}
        password={password}
        onPassword={setPassword}
        agreed={agreed}
        onBegun={(begun, documents) => setStep({ at: 'code', begun, documents })}
      />
      <ProviderButtons />
      <Text size="sm" ta="center">
        <Trans
          t={t}
          i18nKey="signUp.known"
          components={{ to: <Anchor component={Link} to={paths.signIn} inherit underline="always" /> }}
        />
      </Text>
    </CardPage>
  );
}

/** The page that one signs up on; those who are signed in already are sent home. */
export function SignUpPage() {
  const { t } = useTranslation();
  const state = useSession(session);
  const { data: offer, isPending } = useSignInOffer();
  if (state.status === 'signed-in') return <Navigate to={paths.home} replace />;
  if (state.status !== 'signed-out' || isPending) return <Waiting />;
  if (offer?.signUp === 'closed')
    return <EmptyPage icon={IconDoorOff} title={t('signUp.closed')} text={t('signUp.closedText')} toDo={<ToHome />} />;
  return <SignUp />;
}
