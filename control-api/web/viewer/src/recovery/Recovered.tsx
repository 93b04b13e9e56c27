import { Button, Group } from '@mantine/core';
import { IconCircleCheck, IconLayoutDashboard } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { worksInDashboard } from '../../../kit/session/staff.ts';
import { useSession } from '../../../kit/session/use-session.ts';
import { addresses } from '../addresses.ts';
import { session } from '../api/server.ts';
import { ToHome } from '../layout/ToHome.tsx';
import { paths } from '../paths.ts';
import { SignIn } from '../session/SignIn.tsx';

/**
 * After a new password was set: one signs in with it, unless somebody else is signed in here. Who works in the dashboard
 * may have come from there, and the mail may have been opened on another device: so they choose where to go on.
 */
export function Recovered() {
  const { t } = useTranslation();
  const state = useSession(session);
  const [wasSignedIn] = useState(state.status === 'signed-in');
  if (state.status !== 'signed-in') return <SignIn because="recovered" />;
  if (wasSignedIn)
    return (
      <EmptyPage
        icon={IconCircleCheck}
        title={t('recovery.done')}
        text={t('recovery.doneText', { email: state.account.email ?? '' })}
        toDo={<ToHome />}
      />
    );
  if (!worksInDashboard(state.account)) return <Navigate to={paths.home} replace />;
  return (
    <EmptyPage
      icon={IconCircleCheck}
      title={t('recovery.signedIn')}
      text={t('recovery.signedInText')}
      toDo={
        <Group justify="center">
          <Button
            component="a"
            href={`${addresses.outside}/dashboard/`}
            leftSection={<IconLayoutDashboard size={18} />}
          >
            {t('home.toDashboard')}
          </Button>
          <ToHome />
        </Group>
      }
    />
  );
}
