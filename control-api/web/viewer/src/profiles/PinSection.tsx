import { Button, Group, Stack, Text } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { api } from '../api/server.ts';
import { useProfilesChanged, type Profile } from './household.ts';
import { PinField } from './PinField.tsx';
import { useProfileWords } from './profile-words.ts';

interface Props {
  readonly profile: Profile;
}

function NewPin({ profile, onDone, onGiveUp }: Props & { readonly onDone: () => void; readonly onGiveUp: () => void }) {
  const { t } = useTranslation();
  const [currentPin, setCurrentPin] = useState('');
  const [pin, setPin] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { isBusy, error, submit } = useSubmission(
    async () => {
      await api.PUT('/api/v1/profiles/{id}/pin', {
        params: { path: { id: profile.id } },
        body: profile.hasPin ? { pin, currentPin } : { pin },
      });
      onDone();
    },
    (thrown) => {
      if (codeOf(thrown) === 'wrong_pin') field.current?.select();
    },
  );
  const isWrong = codeOf(error) === 'wrong_pin';
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <FormProblem error={isWrong ? undefined : error} />
        {profile.hasPin && (
          <PinField
            label={t('profiles.pinNow')}
            isFirstInDialog
            ref={field}
            error={isWrong ? messageOf(error) : undefined}
            value={currentPin}
            onChange={setCurrentPin}
          />
        )}
        <PinField
          label={t('profiles.pinNew')}
          description={t('profiles.pinRule')}
          isFirstInDialog={!profile.hasPin}
          value={pin}
          onChange={setPin}
        />
        <FormActions submit={t('profiles.save')} isBusy={isBusy} giveUp={{ onClick: onGiveUp }} isInDialog />
      </Stack>
    </form>
  );
}

/** The PIN that is asked for when somebody chooses the profile. */
export function PinSection({ profile }: Props) {
  const { t } = useTranslation();
  const { nameOf } = useProfileWords();
  const changed = useProfilesChanged();
  const [isSetting, setIsSetting] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const words = t(profile.hasPin ? 'profiles.changePin' : 'profiles.givePin');
  return (
    <Section title={t('profiles.pin')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t(profile.hasPin ? 'profiles.pinOn' : 'profiles.pinOff')}</Text>
        <Group gap="sm">
          <Button variant="default" leftSection={<IconLock size={16} />} onClick={() => setIsSetting(true)}>
            {words}
          </Button>
          {profile.hasPin && (
            <Button variant="default" leftSection={<IconLockOpen size={16} />} onClick={() => setIsRemoving(true)}>
              {t('profiles.removePin')}
            </Button>
          )}
        </Group>
        {profile.hasPin && (
          <Text size="sm" c="dimmed">
            {t('profiles.pinForgotten')}
          </Text>
        )}
      </Stack>
      <Dialog opened={isSetting} title={words} onClose={() => setIsSetting(false)}>
        <NewPin
          profile={profile}
          onGiveUp={() => setIsSetting(false)}
          onDone={() => {
            setIsSetting(false);
            tellDone(t('profiles.pinSet'), nameOf(profile));
            void changed();
          }}
        />
      </Dialog>
      <ConfirmDialog
        opened={isRemoving}
        title={t('profiles.removePinTitle')}
        action={t('profiles.removePin')}
        keep={t('profiles.keepPin')}
        onClose={() => setIsRemoving(false)}
        onConfirm={async () => {
          await api.DELETE('/api/v1/profiles/{id}/pin', { params: { path: { id: profile.id } } });
          await changed();
        }}
      >
        {t('profiles.removePinText')}
      </ConfirmDialog>
    </Section>
  );
}
