import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconChevronLeft, IconTrash, IconUserQuestion } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { api } from '../api/server.ts';
import { paths } from '../paths.ts';
import { AvatarChoice } from './AvatarChoice.tsx';
import { useProfiles, useProfilesChanged, type Profile } from './household.ts';
import { LimitFields, type Restrictions } from './LimitFields.tsx';
import { NameField } from './NameField.tsx';
import { NotForKids } from './NotForKids.tsx';
import { PinSection } from './PinSection.tsx';
import { ProfilePicture } from './pictures/ProfilePicture.tsx';
import { languageTags, useProfileWords } from './profile-words.ts';
import { ToProfiles } from './ToProfiles.tsx';
import './profiles.css';

interface Props {
  readonly profile: Profile;
}

/** How it looks, and its language. */
function Look({ profile }: Props) {
  const { t } = useTranslation();
  const { nameOf, languageOf } = useProfileWords();
  const changed = useProfilesChanged();
  const [name, setName] = useState(nameOf(profile));
  const [avatar, setAvatar] = useState(profile.avatar);
  const [language, setLanguage] = useState(profile.language);
  const { isBusy, error, submit } = useSubmission(async () => {
    await api.PATCH('/api/v1/profiles/{id}', {
      params: { path: { id: profile.id } },
      // A main profile that nobody named keeps the word for it in whatever language.
      body: { ...(name.trim() !== nameOf(profile) && { name: name.trim() }), avatar, language },
    });
    await changed();
    tellDone(t('profiles.saved'), name.trim());
  });
  const tags: readonly string[] = languageTags;
  const offered = language === null || tags.includes(language) ? tags : [language, ...tags];
  return (
    <Section title={t('profiles.look')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error} />
          <Group wrap="nowrap" align="flex-end">
            <ProfilePicture avatar={avatar} size={72} />
            <div className="row-words">
              <NameField value={name} onChange={setName} />
            </div>
          </Group>
          <AvatarChoice avatar={avatar} onChange={setAvatar} />
          <NativeSelect
            label={t('profiles.language')}
            name="profile-language"
            value={language ?? ''}
            data={[
              { value: '', label: t('profiles.languageOfDevice') },
              ...offered.map((tag) => ({ value: tag, label: languageOf(tag) })),
            ]}
            onChange={(event) => setLanguage(event.currentTarget.value || null)}
          />
          <Group>
            <Button type="submit" loading={isBusy}>
              {t('profiles.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

/** What it may see. */
function Limits({ profile }: Props) {
  const { t } = useTranslation();
  const { nameOf } = useProfileWords();
  const changed = useProfilesChanged();
  const [restrictions, setRestrictions] = useState<Restrictions>(profile);
  const { isBusy, error, submit } = useSubmission(async () => {
    const { isKids, maturityLimit } = restrictions;
    await api.PUT('/api/v1/profiles/{id}/restrictions', {
      params: { path: { id: profile.id } },
      body: { isKids, maturityLimit },
    });
    await changed();
    tellDone(t('profiles.saved'), nameOf(profile));
  });
  return (
    <Section title={t('profiles.sees')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error} />
          <LimitFields {...restrictions} mayBeKids={!profile.isMain} onChange={setRestrictions} />
          <Group>
            <Button type="submit" variant="default" loading={isBusy}>
              {t('profiles.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Removal({ profile }: Props) {
  const { t } = useTranslation();
  const { nameOf } = useProfileWords();
  const navigate = useNavigate();
  const changed = useProfilesChanged();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Section title={t('profiles.remove')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('profiles.removeText')}</Text>
        <Button color="red" variant="light" leftSection={<IconTrash size={16} />} onClick={() => setIsAsking(true)}>
          {t('profiles.remove')}
        </Button>
      </Stack>
      <ConfirmDialog
        opened={isAsking}
        title={t('profiles.removeTitle')}
        action={t('profiles.removeAction')}
        keep={t('profiles.keep')}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          await api.DELETE('/api/v1/profiles/{id}', { params: { path: { id: profile.id } } });
          await changed();
          await navigate(paths.manageProfiles);
        }}
      >
        {t('profiles.removeAsk', { name: nameOf(profile) })}
      </ConfirmDialog>
    </Section>
  );
}

/** A profile, to be changed. */
export function ProfilePage() {
  const { t } = useTranslation();
  const { nameOf } = useProfileWords();
  const { id } = useParams();
  const { profiles, isLoaded, current, error, refetch } = useProfiles();
  if (!isLoaded) return <NotLoaded error={error} onAgain={refetch} />;
  if (current?.isKids) return <NotForKids />;
  const profile = profiles.find((each) => each.id === id);
  if (!profile)
    return (
      <EmptyPage
        icon={IconUserQuestion}
        title={t('profiles.gone')}
        text={t('profiles.goneText')}
        toDo={<ToProfiles />}
      />
    );
  return (
    <Stack gap="lg" className="profile-room">
      <Link to={paths.manageProfiles} className="account-back profile-back">
        <IconChevronLeft size={18} className="toward-start" aria-hidden />
        {t('profiles.manageTitle')}
      </Link>
      <PageHeading title={nameOf(profile)} />
      <Look profile={profile} />
      <Limits profile={profile} />
      <PinSection profile={profile} />
      {!profile.isMain && <Removal profile={profile} />}
    </Stack>
  );
}
