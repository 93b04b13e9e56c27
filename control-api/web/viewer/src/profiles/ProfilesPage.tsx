import { Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconSettings } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ApiError, codeOf } from '../../../kit/api/problem.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { paths } from '../paths.ts';
import { chooseProfile, mostProfiles, useProfiles, useProfilesChanged, type Profile } from './household.ts';
import { PinDialog } from './PinDialog.tsx';
import { useProfileWords } from './profile-words.ts';
import { ProfileTile } from './ProfileTile.tsx';
import './profiles.css';

/** A profile that is wanted, and whose PIN it takes. */
interface Wanted {
  readonly profile: Profile;
  readonly holder: Profile;
}

/** Who is watching: choosing the profile that this sign-in is for. */
export function ProfilesPage() {
  const { t } = useTranslation();
  const { nameOf, limitOf } = useProfileWords();
  const navigate = useNavigate();
  const changed = useProfilesChanged();
  const { profiles, isLoaded, current, error, refetch } = useProfiles();
  const [busyWith, setBusyWith] = useState<string>();
  const [wanted, setWanted] = useState<Wanted>();
  const [refusal, setRefusal] = useState<unknown>();

  async function enter(profile: Profile, pin: string | undefined) {
    await chooseProfile(profile.id, pin);
    await changed();
    await navigate(paths.home);
  }

  async function choose(profile: Profile) {
    setRefusal(undefined);
    if (profile.hasPin) {
      setWanted({ profile, holder: profile });
      return;
    }
    setBusyWith(profile.id);
    try {
      await enter(profile, undefined);
    } catch (thrown) {
      // The way out of a kids' profile may take the PIN of the main one.
      const holderId = thrown instanceof ApiError ? thrown.extras['profileId'] : undefined;
      const holder = profiles.find(({ id }) => id === holderId);
      if (codeOf(thrown) === 'pin_required' && holder) setWanted({ profile, holder });
      else setRefusal(thrown);
    } finally {
      setBusyWith(undefined);
    }
  }

  const isKids = current?.isKids ?? false;
  return (
    <Stack gap="xl" align="center" className="profiles">
      <PageHeading title={t('profiles.title')} ta="center" className="profiles-title" />
      <FormProblem error={refusal} />
      {!isLoaded && <NotLoaded error={error} onAgain={refetch} />}
      <ul className="tiles">
        {profiles.map((profile) => {
          const name = nameOf(profile);
          return (
            <li key={profile.id}>
              <ProfileTile
                profile={profile}
                name={name}
                detail={
                  profile.isKids
                    ? t('profiles.kids')
                    : (profile.maturityLimit !== null && limitOf(profile.maturityLimit)) || undefined
                }
                isBusy={busyWith === profile.id}
                onClick={() => void choose(profile)}
              />
            </li>
          );
        })}
      </ul>
      {isLoaded && !isKids && (
        <Group justify="center" gap="sm">
          {profiles.length < mostProfiles && (
            <Button component={Link} to={paths.newProfile} variant="light" leftSection={<IconPlus size={18} />}>
              {t('profiles.add')}
            </Button>
          )}
          <Button component={Link} to={paths.manageProfiles} variant="default" leftSection={<IconSettings size={18} />}>
            {t('profiles.manage')}
          </Button>
        </Group>
      )}
      <PinDialog
        of={wanted && nameOf(wanted.holder)}
        text={t(wanted && wanted.holder.id !== wanted.profile.id ? 'profiles.pinToLeave' : 'profiles.pinText', {
          name: wanted ? nameOf(wanted.profile) : '',
        })}
        onClose={() => setWanted(undefined)}
        onPin={async (pin) => {
          if (wanted) await enter(wanted.profile, pin);
        }}
      />
    </Stack>
  );
}
