import { Button, Center, Stack } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { CardPage } from '../../../kit/layout/CardPage.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import type { HalfSignIn } from '../../../kit/session/half-sign-in.ts';
import { SecondFactorStep } from '../../../kit/session/SecondFactorStep.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import { useAskedDocuments } from '../consents/consents.ts';
import { DocumentChecks } from '../consents/DocumentChecks.tsx';
import { useAgreed } from '../consents/use-agreed.ts';
import { NoLink } from '../mailed-links/NoLink.tsx';
import { SignOutFirst } from '../mailed-links/SignOutFirst.tsx';
import { useMailedLink } from '../mailed-links/mailed-link.ts';
import { paths } from '../paths.ts';
import { completeSignUp } from './sign-up.ts';

/** The way to another mail. */
function ToSignUp() {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={paths.signUp} variant="light">
      {t('signUp.anew')}
    </Button>
  );
}

interface FormProps {
  readonly link: string;
  /** With what is to be shown besides, if anything. */
  readonly onDone: (half: HalfSignIn | undefined) => void;
  /** The link is over: why, in words. */
  readonly onOver: (words: string) => void;
}

/** Who asked may be a stranger: so the password is chosen here, by the reader of the mail. */
function ConfirmForm({ link, onDone, onOver }: FormProps) {
  const { t } = useTranslation(['viewer', 'kit']);
  const [password, setPassword] = useState('');
  const agreed = useAgreed();
  const documents = useAskedDocuments();
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => onDone(await completeSignUp({ link, password }, agreed.of(documents.data ?? []))),
    (thrown) => {
      if (codeOf(thrown) === 'invalid_link') onOver(messageOf(thrown));
      if (codeOf(thrown) === 'password_breached') field.current?.select();
    },
  );
  const isBreached = codeOf(error) === 'password_breached';
  if (!documents.data) return <NotLoaded error={documents.error} onAgain={documents.refetch} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={isBreached ? undefined : error} />
        <PasswordField
          kind="new"
          label={t('kit:fields.password')}
          ref={field}
          error={isBreached ? messageOf(error) : undefined}
          value={password}
          onChange={setPassword}
        />
        <DocumentChecks documents={documents.data} agreed={agreed} />
        <Button type="submit" fullWidth mt="xs" loading={isBusy}>
          {t('signUp.finish')}
        </Button>
      </Stack>
    </form>
  );
}

/** Where the link of the mail leads, in any browser: the account is made, or signed in to when there is one. */
export function ConfirmSignUpPage() {
  const { t } = useTranslation();
  const link = useMailedLink();
  const state = useSession(session);
  const [half, setHalf] = useState<HalfSignIn>();
  const [isDone, setIsDone] = useState(false);
  const [over, setOver] = useState<string>();
  if (over !== undefined)
    return <EmptyPage icon={IconLinkOff} title={t('mailedLink.over')} text={over} toDo={<ToSignUp />} />;
  if (isDone) return <Navigate to={half ? paths.signIn : paths.home} replace />;
  if (half)
    return (
      <Center mih="60dvh">
        <SecondFactorStep
          session={session}
          half={half}
          onSignedIn={() => {
            setHalf(undefined);
            setIsDone(true);
          }}
          onBegin={() => setIsDone(true)}
        />
      </Center>
    );
  if (link === undefined) return <NoLink toDo={<ToSignUp />} />;
  if (state.status === 'signed-in') return <SignOutFirst account={state.account} />;
  if (state.status !== 'signed-out') return <Waiting />;
  return (
    <CardPage title={t('signUp.choose')} lead={t('signUp.chooseText')}>
      <ConfirmForm
        link={link}
        onDone={(left) => {
          setHalf(left);
          setIsDone(left === undefined);
        }}
        onOver={setOver}
      />
    </CardPage>
  );
}
