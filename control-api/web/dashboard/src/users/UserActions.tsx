import { Button, Group } from '@mantine/core';
import {
  IconHeart,
  IconLock,
  IconLockOpen,
  IconLogout,
  IconShieldOff,
  IconTrash,
  IconUserCog,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { doToAccount, type Measure } from '../api/accounts.ts';
import type { UserDetails } from '../api/types.ts';
import { nameOf } from './names.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { RoleDialog } from './RoleDialog.tsx';

/** Where the texts of a measure stand in the messages. */
const texts = {
  disable: { action: 'user.disable', heading: 'user.disableTitle', text: 'user.disableText', done: 'user.disabled' },
  enable: { action: 'user.enable', heading: 'user.enableTitle', text: 'user.enableText', done: 'user.enabled' },
  'sign-out': {
    action: 'user.signOut',
    heading: 'user.signOutTitle',
    text: 'user.signOutText',
    done: 'user.signedOut',
  },
  'second-factor/reset': {
    action: 'user.reset',
    heading: 'user.resetTitle',
    text: 'user.resetText',
    done: 'user.resetDone',
  },
  deletion: { action: 'user.delete', heading: 'user.deleteTitle', text: 'user.deleteText', done: 'user.deleted' },
  keep: { action: 'user.keepUser', heading: 'user.keepTitle', text: 'user.keepText', done: 'user.kept' },
} as const satisfies Readonly<Record<Measure, object>>;

const icons = {
  disable: IconLock,
  enable: IconLockOpen,
  'sign-out': IconLogout,
  'second-factor/reset': IconShieldOff,
  deletion: IconTrash,
  keep: IconHeart,
} as const;

/** What cannot be taken back by who it is done to. */
const isGrave = (measure: Measure) => measure === 'disable' || measure === 'deletion';

/** What makes sense for this account, of what the one who looks may do to it. */
function measuresFor({ may, status, devices, hasTotp, passkeys, deletion }: UserDetails): readonly Measure[] {
  if (!may.includes('account.lock')) return [];
  return [
    ...(status === 'active' ? [] : (['enable'] as const)),
    ...(devices > 0 ? (['sign-out'] as const) : []),
    ...(hasTotp || passkeys > 0 ? (['second-factor/reset'] as const) : []),
    ...(deletion === null ? [] : (['keep'] as const)),
    ...(status === 'disabled' ? [] : (['disable'] as const)),
    ...(deletion === null ? (['deletion'] as const) : []),
  ];
}

/** Locking somebody out and letting them in again, signing out, helping with a lost second factor, another role, and the end. */
export function UserActions({ user }: { readonly user: UserDetails }) {
  const { t } = useTranslation();
  const [measure, setMeasure] = useState<Measure>();
  const [changesRole, setChangesRole] = useState(false);
  const measures = measuresFor(user);
  const mayChangeRole = user.may.includes('account.change') && user.role !== 'guest';
  if (measures.length === 0 && !mayChangeRole) return null;
  // The words stay while the dialog closes.
  const shown = texts[measure ?? 'sign-out'];
  return (
    <Section title={t('user.actions')}>
      <Group gap="sm">
        {mayChangeRole && (
          <Button variant="default" leftSection={<IconUserCog size={16} />} onClick={() => setChangesRole(true)}>
            {t('user.changeRole')}
          </Button>
        )}
        {measures.map((each) => {
          const MeasureIcon = icons[each];
          return (
            <Button
              key={each}
              variant={isGrave(each) ? 'light' : 'default'}
              {...(isGrave(each) && { color: 'red' })}
              leftSection={<MeasureIcon size={16} />}
              onClick={() => setMeasure(each)}
            >
              {t(texts[each].action)}
            </Button>
          );
        })}
      </Group>
      <ReasonDialog
        opened={measure !== undefined}
        title={t(shown.heading)}
        text={t(shown.text)}
        action={t(shown.action)}
        onConfirm={async (reason) => {
          if (!measure) return;
          await doToAccount(user.id, measure, reason);
          tellDone(t(shown.done), nameOf(t, user));
        }}
        onClose={() => setMeasure(undefined)}
      />
      <RoleDialog opened={changesRole} user={user} onClose={() => setChangesRole(false)} />
    </Section>
  );
}
