import { useTranslation } from 'react-i18next';
import { codeOf } from '../api/problem.ts';
import { Card } from '../layout/CardPage.tsx';
import { FactorForm } from '../proofs/FactorForm.tsx';
import type { HalfSignIn } from './half-sign-in.ts';
import type { Session } from './session.ts';
import { askPasskeyAsSecondFactor, showSecondFactor } from './sign-in-requests.ts';

interface Props {
  readonly session: Session;
  readonly half: HalfSignIn;
  /** Is called once somebody is signed in. */
  readonly onSignedIn?: (() => void) | undefined;
  /** It is begun anew; `isOver` when it took too long: there are ten minutes for it. */
  readonly onBegin: (because: { readonly isOver: boolean }) => void;
}

/** The second step of signing in, when the account has a second factor. */
export function SecondFactorStep({ session, half, onSignedIn, onBegin }: Props) {
  const { t } = useTranslation('kit');
  return (
    <Card title={t('signIn.second')} lead={t('signIn.secondText')}>
      <FactorForm
        factors={half.factors}
        askPasskey={() => askPasskeyAsSecondFactor(session, half)}
        show={async (proof) => {
          try {
            await showSecondFactor(session, half, proof);
            onSignedIn?.();
          } catch (error) {
            if (codeOf(error) !== 'invalid_code') throw error;
            onBegin({ isOver: true });
          }
        }}
        submit={t('signIn.submit')}
        giveUp={{ words: t('signIn.beginAgain'), onClick: () => onBegin({ isOver: false }) }}
      />
    </Card>
  );
}
