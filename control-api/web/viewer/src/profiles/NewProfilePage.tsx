import { Button, Group, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { newKey } from '../../../kit/api/new-key.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { api } from '../api/server.ts';
import { paths } from '../paths.ts';
import { AvatarChoice } from './AvatarChoice.tsx';
import { useProfiles, useProfilesChanged } from './household.ts';
import { LimitFields, type Restrictions } from './LimitFields.tsx';
import { NameField } from './NameField.tsx';
import { NotForKids } from './NotForKids.tsx';
import { colours, pictures, ProfilePicture, type Avatar } from './pictures/ProfilePicture.tsx';
import './profiles.css';

const any = <T,>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
/** Another one each time, so that profiles differ though nobody chooses. */
const anyAvatar = (): Avatar => ({ picture: any(pictures), colour: any(colours) });

/** Another person of the household. */
export function NewProfilePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const changed = useProfilesChanged();
  const { current } = useProfiles();
  const [name, setName] = useState('');
  const [avatar, setAvatar] = useState(anyAvatar);
  const [restrictions, setRestrictions] = useState<Restrictions>({
    isKids: false,
    maturityLimit: current?.maturityLimit ?? null,
  });
  // What is sent again because the answer was lost makes no second one.
  const [key] = useState(newKey);
  const { isBusy, error, submit } = useSubmission(async () => {
    await api.POST('/api/v1/profiles', {
      params: { header: { 'idempotency-key': key } },
      body: { name: name.trim(), avatar, ...restrictions },
    });
    await changed();
    await navigate(paths.profiles);
  });
  if (current?.isKids) return <NotForKids />;
  return (
    <Stack gap="lg" className="profile-room">
      <PageHeading title={t('profiles.add')} />
      <form onSubmit={submit}>
        <Stack gap="lg">
          <Section title={t('profiles.who')}>
            <Stack gap="md">
              <Group wrap="nowrap" align="flex-end">
                <ProfilePicture avatar={avatar} size={72} />
                <div className="row-words">
                  <NameField value={name} onChange={setName} />
                </div>
              </Group>
              <AvatarChoice avatar={avatar} onChange={setAvatar} />
            </Stack>
          </Section>
          <Section title={t('profiles.sees')}>
            <LimitFields {...restrictions} mayBeKids onChange={setRestrictions} />
          </Section>
          <FormProblem error={error} />
          <Group gap="sm">
            <Button type="submit" loading={isBusy} leftSection={<IconPlus size={18} />}>
              {t('profiles.add')}
            </Button>
            <Button component={Link} to={paths.profiles} variant="default">
              {t('profiles.leave')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
