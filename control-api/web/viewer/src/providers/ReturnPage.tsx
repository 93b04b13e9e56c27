import { Button, Center } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { ApiError, codeOf, messageOf } from '../../../kit/api/problem.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { MailedCodeForm } from '../../../kit/proofs/MailedCodeForm.tsx';
import type { HalfSignIn } from '../../../kit/session/half-sign-in.ts';
import { SecondFactorStep } from '../../../kit/session/SecondFactorStep.tsx';
import { signInByCode } from '../../../kit/session/sign-in-requests.ts';
import { useSession } from '../../../kit/session/use-session.ts';
import { api, session } from '../api/server.ts';
import { paths } from '../paths.ts';
import { takeVisit, type Visit } from './visit.ts';

type Step =
  | { readonly at: 'asking' }
  | { readonly at: 'done'; readonly to: string }
  | { readonly at: 'second-factor'; readonly half: HalfSignIn }
  | { readonly at: 'address'; readonly token: string; readonly expiresAt: string }
  | { readonly at: 'refused'; readonly error: unknown };

const home: Step = { at: 'done', to: paths.home };
const afterEntering = (half: HalfSignIn | undefined): Step => (half ? { at: 'second-factor', half } : home);

/** What the server says of an address that must be proven before it counts; undefined for every other refusal. */
function addressToProve(error: unknown): Step | undefined {
  if (!(error instanceof ApiError) || codeOf(error) !== 'address_proof_required') return undefined;
  const { token, expiresAt } = error.extras;
  return typeof token === 'string' ? { at: 'address', token, expiresAt: String(expiresAt) } : undefined;
}

async function finish(
  { token, for: purpose }: Visit,
  words: { readonly title: string; readonly text: string },
): Promise<Step> {
  try {
    if (purpose === 'linking') {
      await api.POST('/api/v1/accounts/me/identities', { body: { token } });
      tellDone(words.title, words.text);
      return { at: 'done', to: paths.linked };
    }
    const half = await session.signIn((server) =>
      server.POST('/api/v1/sign-in/finish', { body: { token, delivery: 'cookie' } }),
    );
    return afterEntering(half);
  } catch (error) {
    return addressToProve(error) ?? { at: 'refused', error };
  }
}

let finishing: Promise<Step> | undefined;

/** Where the browser comes back to from a provider: the tab that left goes on, and no other. */
export function ReturnPage() {
  const { t } = useTranslation(['viewer', 'kit']);
  const state = useSession(session);
  const visit = takeVisit();
  const [step, setStep] = useState<Step>({ at: 'asking' });
  // Linking is for who is signed in, which is known a moment after the page is there.
  const isReady = visit !== undefined && state.status !== 'restoring';
  useEffect(() => {
    if (!isReady || !visit) return;
    finishing ??= finish(visit, { title: t('linked.done'), text: t('linked.doneText') });
    void finishing.then(setStep);
  }, [isReady, visit, t]);

  const toSignIn = (
    <Button component={Link} to={visit?.for === 'linking' ? paths.linked : paths.signIn} variant="light">
      {t(visit?.for === 'linking' ? 'linked.back' : 'toSignIn')}
    </Button>
  );
  if (!visit)
    return (
      <EmptyPage icon={IconPlugConnectedX} title={t('providers.lost')} text={t('providers.lostText')} toDo={toSignIn} />
    );
  switch (step.at) {
    case 'asking':
      return <Waiting />;
    case 'done':
      return <Navigate to={step.to} replace />;
    case 'refused':
      return (
        <EmptyPage
          icon={IconPlugConnectedX}
          title={t(visit.for === 'linking' ? 'linked.refused' : 'providers.refused')}
          text={messageOf(step.error)}
          toDo={toSignIn}
        />
      );
    case 'second-factor':
      return (
        <Center mih="60dvh">
          <SecondFactorStep
            session={session}
            half={step.half}
            onSignedIn={() => setStep(home)}
            onBegin={() => setStep({ at: 'done', to: paths.signIn })}
          />
        </Center>
      );
    case 'address':
      return (
        <CardPage title={t('providers.prove')} lead={t('providers.proveText')}>
          <MailedCodeForm
            text={t('providers.sent')}
            first={step}
            show={async ({ token, code }) => setStep(afterEntering(await signInByCode(session, token, code)))}
            submit={t('kit:signIn.submit')}
            giveUp={{ words: t('toSignIn'), onClick: () => setStep({ at: 'done', to: paths.signIn }) }}
          />
        </CardPage>
      );
  }
}
