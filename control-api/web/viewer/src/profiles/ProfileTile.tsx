import { VisuallyHidden } from '@mantine/core';
import { IconLock, IconPencil } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Profile } from './household.ts';
import { ProfilePicture } from './pictures/ProfilePicture.tsx';

interface Props {
  readonly profile: Profile;
  readonly name: string;
  /** Said below the name. */
  readonly detail?: string | undefined;
  readonly isBusy?: boolean;
  readonly onClick?: () => void;
  /** Instead of something that is done: where it leads. */
  readonly to?: string;
}

/** A profile to be chosen, or to be changed: its picture with its name. */
export function ProfileTile({ profile, name, detail, isBusy = false, onClick, to }: Props) {
  const { t } = useTranslation();
  const inside: ReactNode = (
    <>
      <span className="tile-picture" data-busy={isBusy || undefined}>
        <ProfilePicture avatar={profile.avatar} />
        {to !== undefined && (
          <span className="tile-veil" aria-hidden>
            <IconPencil size={32} />
          </span>
        )}
      </span>
      <span className="tile-name">
        {name}
        {profile.hasPin && (
          <>
            <IconLock size={16} aria-hidden />
            <VisuallyHidden component="span">{t('profiles.withPin')}</VisuallyHidden>
          </>
        )}
      </span>
      {detail !== undefined && <span className="tile-detail">{detail}</span>}
    </>
  );
  return to === undefined ? (
    <button type="button" className="tile" disabled={isBusy} onClick={onClick}>
      {inside}
    </button>
  ) : (
    <Link to={to} className="tile">
      {inside}
    </Link>
  );
}
