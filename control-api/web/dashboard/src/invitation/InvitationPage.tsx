import { Button, Paper, Stack, Text } from '@mantine/core';
import { IconCheck, IconLinkOff, IconLogout } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import type { Account } from '../../../kit/api/types.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { PasswordField } from '../../../kit/forms/PasswordField.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { PlainPage } from '../../../kit/layout/PlainPage.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { SignInForm } from '../../../kit/session/SignInForm.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { useSignOut } from '../../../kit/session/use-sign-out.ts';
import { acceptAsOwner, acceptInvitation, lookAtInvitation } from '../api/invitations.ts';
import { session } from '../api/server.ts';
import type { InvitationFacts } from '../api/types.ts';
import { ToRecovery } from '../session/ToRecovery.tsx';
import { useInvitationLink } from './invitation-link.ts';

interface StepProps {
  readonly link: string;
  readonly facts: InvitationFacts;
}

/** What everybody sees who has the link, and what is to be done below. */
function Card({ facts, children }: { readonly facts: InvitationFacts; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder shadow="sm" p={{ base: 'lg', sm: 'xl' }} radius="lg" w="100%" maw={420} data-testid="invitation">
      <Stack gap="md">
        <div>
          <PageHeading title={t('invitation.title')} fz="xl" />
          <Text mt={4}>{t('invitation.lead', { role: t(`roles.${facts.role}`) })}</Text>
          <Text c="dimmed" size="sm" mt={4} className="break-anywhere">
            {t('invitation.for', { email: facts.email, at: facts.expiresAt })}
          </Text>
        </div>
        {children}
      </Stack>
    </Paper>
  );
}

/** For an address without an account: a password is all that is missing. */
function NewAccount({ link, facts, onExists }: StepProps & { readonly onExists: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      await acceptInvitation(link, password);
      await navigate('/', { replace: true });
    },
    (thrown) => {
      if (codeOf(thrown) === 'account_exists') onExists();
      if (codeOf(thrown) === 'password_breached') field.current?.select();
    },
  );
  const isBreached = codeOf(error) === 'password_breached';
  return (
    <Card facts={facts}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('invitation.choose')}</Text>
          <FormProblem error={isBreached ? undefined : error} />
          {/* Tells password managers whose password it is. */}
          <input type="email" name="email" autoComplete="username" value={facts.email} readOnly hidden />
          <PasswordField
            kind="new"
            label={t('invitation.password')}
            autoFocus
            ref={field}
            error={isBreached ? messageOf(error) : undefined}
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" fullWidth loading={isBusy}>
            {t('invitation.accept')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

/** For the owner of the address' account, who is signed in. */
function AsOwner({ link, facts }: StepProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { isBusy, error, submit } = useSubmission(async () => {
    await acceptAsOwner(link);
    await navigate('/', { replace: true });
  });
  return (
    <Card facts={facts}>
      <Text size="sm" className="break-anywhere">
        {t('invitation.asYou', { email: facts.email })}
      </Text>
      <FormProblem error={error} />
      <Button fullWidth leftSection={<IconCheck size={18} />} loading={isBusy} onClick={submit}>
        {t('invitation.accept')}
      </Button>
    </Card>
  );
}

/** For somebody who is signed in as somebody else. */
function AsAnother({ facts, account }: { readonly facts: InvitationFacts; readonly account: Account }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { isBusy, signOut } = useSignOut(session);
  return (
    <Card facts={facts}>
      <Notice
        title={t('invitation.signedInAs', { email: account.email ?? t('kit:account.nameless') })}
        says={t('invitation.signedInText', { email: facts.email })}
      />
      <Button
        fullWidth
        variant="default"
        leftSection={<IconLogout size={18} />}
        loading={isBusy}
        onClick={() => void signOut()}
      >
        {t('kit:account.signOut')}
      </Button>
    </Card>
  );
}

/** Instead of all that, when the link is none any more. */
function NoInvitation({ isOver }: { readonly isOver: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyPage
      icon={IconLinkOff}
      title={t(isOver ? 'invitation.over' : 'invitation.noLink')}
      text={t(isOver ? 'invitation.overText' : 'invitation.noLinkText')}
      toDo={
        <Button component={Link} to="/" variant="light">
          {t('invitation.toDashboard')}
        </Button>
      }
      data-testid="no-invitation"
    />
  );
}

/**
 * What the link is about. Not in the cache of what was read, which is forgotten when somebody signs in: here that is the
 * end of it.
 */
function useFacts(link: string) {
  const [facts, setFacts] = useState<InvitationFacts>();
  const { error, submit: look } = useSubmission(async () => setFacts(await lookAtInvitation(link)));
  useEffect(look, [link]);
  return { facts, error, look };
}

function Invitation({ link }: { readonly link: string }) {
  const { t } = useTranslation();
  const state = useSession(session);
  const { facts, error, look } = useFacts(link);
  if (codeOf(error) === 'invalid_link') return <NoInvitation isOver />;
  if (error)
    return (
      <Notice
        tone="failure"
        title={t('invitation.failed')}
        says={messageOf(error)}
        toDo={<TryAgain onClick={look} />}
      />
    );
  if (!facts || state.status === 'restoring') return <Waiting isPart />;
  if (state.status === 'signed-in' && state.account.email !== facts.email)
    return <AsAnother facts={facts} account={state.account} />;
  if (!facts.hasAccount) return <NewAccount link={link} facts={facts} onExists={look} />;
  if (state.status === 'signed-in') return <AsOwner link={link} facts={facts} />;
  return (
    <>
      <Card facts={facts}>
        <Text size="sm">{t('invitation.hasAccount')}</Text>
      </Card>
      <SignInForm session={session} lead={facts.email} because={undefined} recovery={<ToRecovery />} byCode />
    </>
  );
}

/** What the mail of an invitation leads to. */
export function InvitationPage() {
  const link = useInvitationLink();
  return <PlainPage>{link === undefined ? <NoInvitation isOver={false} /> : <Invitation link={link} />}</PlainPage>;
}
