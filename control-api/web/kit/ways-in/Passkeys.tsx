import { ActionIcon, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCloud, IconDeviceMobile, IconFingerprint, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceWords } from '../devices/device-words.ts';
import { ConfirmDialog } from '../layout/ConfirmDialog.tsx';
import { Dialog } from '../layout/Dialog.tsx';
import { Section } from '../layout/Section.tsx';
import { takesPasskeys } from '../passkeys/device.ts';
import { addPasskey } from './add-passkey.ts';
import { PasskeyName } from './PasskeyName.tsx';
import { useWaysInChanged, type Passkey, type ToServer, type WaysIn } from './ways-in.ts';

interface Props {
  readonly server: ToServer;
  readonly waysIn: WaysIn;
  /** There are new recovery codes, to be shown. */
  readonly onCodes: (codes: readonly string[]) => void;
}

interface RowProps {
  readonly passkey: Passkey;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

function Row({ passkey: { name, isSynced, createdAt, usedAt }, onRename, onRemove }: RowProps) {
  const { t } = useTranslation('kit');
  return (
    <Group component="li" gap="sm" wrap="nowrap" className="row" align="flex-start">
      <ThemeIcon variant="light" color="gray" size={40} radius="md" aria-hidden>
        {isSynced ? <IconCloud size={20} /> : <IconDeviceMobile size={20} />}
      </ThemeIcon>
      <div className="row-words">
        <Text fw={600} className="break-anywhere">
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {t(isSynced ? 'passkeys.synced' : 'passkeys.onDevice')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('passkeys.made', { at: createdAt })}
          {' · '}
          {usedAt === null ? t('passkeys.unused') : t('passkeys.used', { at: usedAt })}
        </Text>
      </div>
      <Group gap={0} wrap="nowrap">
        <ActionIcon variant="subtle" color="gray" aria-label={t('passkeys.rename', { name })} onClick={onRename}>
          <IconPencil size={18} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('passkeys.remove', { name })} onClick={onRemove}>
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

/** The passkeys of the account: made, named and removed. */
export function Passkeys({ server, waysIn: { passkeys }, onCodes }: Props) {
  const { t } = useTranslation('kit');
  const changed = useWaysInChanged(server);
  const [isAdding, setIsAdding] = useState(false);
  const [renamed, setRenamed] = useState<Passkey>();
  const [removed, setRemoved] = useState<Passkey>();
  const at = (passkey: Passkey) => ({ params: { path: { id: passkey.id } } });
  return (
    <Section title={t('passkeys.title')}>
      <Stack gap="md" align="stretch">
        <Text size="sm">{t('passkeys.text')}</Text>
        {passkeys.length > 0 && (
          <ul className="rows" aria-label={t('passkeys.title')}>
            {passkeys.map((passkey) => (
              <Row
                key={passkey.id}
                passkey={passkey}
                onRename={() => setRenamed(passkey)}
                onRemove={() => setRemoved(passkey)}
              />
            ))}
          </ul>
        )}
        {takesPasskeys() ? (
          <Button
            leftSection={<IconFingerprint size={18} />}
            onClick={() => setIsAdding(true)}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('passkeys.add')}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t('passkeys.notHere')}
          </Text>
        )}
      </Stack>
      <Dialog opened={isAdding} title={t('passkeys.add')} onClose={() => setIsAdding(false)}>
        <PasskeyName
          name={deviceWords(navigator.userAgent)}
          text={t('passkeys.addText')}
          submit={t('passkeys.make')}
          onGiveUp={() => setIsAdding(false)}
          onNamed={async (name) => {
            const codes = await addPasskey(server.api, name);
            setIsAdding(false);
            onCodes(codes);
            void changed();
          }}
        />
      </Dialog>
      <Dialog opened={renamed !== undefined} title={t('passkeys.renameTitle')} onClose={() => setRenamed(undefined)}>
        {renamed && (
          <PasskeyName
            name={renamed.name}
            submit={t('passkeys.saveName')}
            onGiveUp={() => setRenamed(undefined)}
            onNamed={async (name) => {
              await server.api.PATCH('/api/v1/accounts/me/passkeys/{id}', { ...at(renamed), body: { name } });
              await changed();
              setRenamed(undefined);
            }}
          />
        )}
      </Dialog>
      <ConfirmDialog
        opened={removed !== undefined}
        title={t('passkeys.removeTitle')}
        action={t('passkeys.removeAction')}
        keep={t('passkeys.keep')}
        onClose={() => setRemoved(undefined)}
        onConfirm={async () => {
          if (!removed) return;
          await server.api.DELETE('/api/v1/accounts/me/passkeys/{id}', at(removed));
          await changed();
        }}
      >
        {removed && t('passkeys.removeText', { name: removed.name })}
      </ConfirmDialog>
    </Section>
  );
}
