import { Anchor, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { bodyOf } from '../../../kit/api/client.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { api } from '../api/server.ts';
import { paths, profilePath } from '../paths.ts';
import { mostProfiles, useProfiles, type Profile } from './household.ts';
import { NotForKids } from './NotForKids.tsx';
import { useProfileWords } from './profile-words.ts';
import { ProfileTile } from './ProfileTile.tsx';
import './profiles.css';

/** Whether the way out of a kids' profile takes the PIN of the main one, once that has one. */
function LeavingKids({ main }: { readonly main: Profile }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const queryKey = ['profile-settings'];
  const {
    data,
    error: failure,
    refetch,
  } = useQuery({ queryKey, queryFn: async () => bodyOf(await api.GET('/api/v1/profile-settings')) });
  const { isBusy, error, submit } = useSubmission(async () => {
    if (!data) return;
    const body = { requirePinToLeaveKids: !data.requirePinToLeaveKids };
    queries.setQueryData(queryKey, bodyOf(await api.PATCH('/api/v1/profile-settings', { body })));
  });
  return (
    <Section title={t('profiles.leaving')}>
      <Stack gap="sm">
        <Text size="sm">{t('profiles.leavingText')}</Text>
        <FormProblem error={error} />
        {data && !main.hasPin && (
          <Text size="sm" c="dimmed">
            <Trans
              t={t}
              i18nKey="profiles.leavingFirst"
              components={{ to: <Anchor component={Link} to={profilePath(main.id)} inherit underline="always" /> }}
            />
          </Text>
        )}
        {data ? (
          <Switch
            label={t('profiles.leavingPin')}
            checked={data.requirePinToLeaveKids}
            disabled={isBusy || !(main.hasPin || data.requirePinToLeaveKids)}
            onChange={submit}
            withThumbIndicator={false}
            size="md"
          />
        ) : (
          <NotLoaded error={failure} onAgain={refetch} />
        )}
      </Stack>
    </Section>
  );
}

/** The profiles of the household, each of which leads to where it is changed. */
export function ManageProfilesPage() {
  const { t } = useTranslation();
  const { nameOf } = useProfileWords();
  const { profiles, isLoaded, current, error, refetch } = useProfiles();
  if (current?.isKids) return <NotForKids />;
  const main = profiles.find(({ isMain }) => isMain);
  return (
    <Stack gap="xl" className="profiles">
      <PageHeading title={t('profiles.manageTitle')} ta="center" className="profiles-title" />
      {!isLoaded && <NotLoaded error={error} onAgain={refetch} />}
      <ul className="tiles">
        {profiles.map((profile) => (
          <li key={profile.id}>
            <ProfileTile
              profile={profile}
              name={nameOf(profile)}
              detail={profile.isKids ? t('profiles.kids') : undefined}
              to={profilePath(profile.id)}
            />
          </li>
        ))}
      </ul>
      <Group justify="center" gap="sm">
        {isLoaded && profiles.length < mostProfiles && (
          <Button component={Link} to={paths.newProfile} variant="light" leftSection={<IconPlus size={18} />}>
            {t('profiles.add')}
          </Button>
        )}
        <Button component={Link} to={paths.profiles} variant="default" leftSection={<IconCheck size={18} />}>
          {t('profiles.done')}
        </Button>
      </Group>
      {main && <LeavingKids main={main} />}
    </Stack>
  );
}
