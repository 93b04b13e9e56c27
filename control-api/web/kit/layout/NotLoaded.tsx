import { useTranslation } from 'react-i18next';
import { messageOf } from '../api/problem.ts';
import { Notice } from './Notice.tsx';
import { TryAgain } from './TryAgain.tsx';
import { Waiting } from './Waiting.tsx';

interface Props {
  /** Why it could not be loaded; null while nobody knows. */
  readonly error: unknown;
  readonly onAgain: () => unknown;
}

/** In place of a part of a page that is not there yet: it is being loaded, or could not be. */
export function NotLoaded({ error, onAgain }: Props) {
  const { t } = useTranslation('kit');
  if (error === null || error === undefined) return <Waiting isPart />;
  return (
    <Notice
      tone="failure"
      title={t('failure.notLoaded')}
      says={messageOf(error)}
      toDo={<TryAgain onClick={() => void onAgain()} />}
    />
  );
}
