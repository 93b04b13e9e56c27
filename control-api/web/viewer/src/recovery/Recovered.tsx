import { IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { useSession } from '../../../kit/session/use-session.ts';
import { session } from '../api/server.ts';
import { ToHome } from '../layout/ToHome.tsx';
import { SignIn } from '../session/SignIn.tsx';

/** After a new password was set: one signs in with it, unless somebody else is signed in here. */
export function Recovered() {
  const { t } = useTranslation();
  const state = useSession(session);
  if (state.status !== 'signed-in') return <SignIn because="recovered" />;
  return (
    <EmptyPage
      icon={IconCircleCheck}
      title={t('recovery.done')}
      text={t('recovery.doneText', { email: state.account.email ?? '' })}
      toDo={<ToHome />}
    />
  );
}
