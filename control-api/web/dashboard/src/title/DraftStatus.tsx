import { Button, Card, Group, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCloudOff, IconDeviceFloppy } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import type { enCatalogue } from '../messages/en-catalogue.ts';
import { markerOf, textOf, type Field, type Value } from './fields.ts';
import type { DraftState } from './draft.ts';
import type { Drafted } from './use-draft.ts';

/** What is said of a draft, whatever it is a draft of. */
interface SavedParts {
  readonly state: Pick<DraftState, 'status'>;
  readonly draft: { readonly flush: () => void };
}

interface NoticedParts {
  readonly state: Pick<DraftState, 'status' | 'isKept' | 'failure'> & { readonly edits: { readonly size: number } };
}

/** Whether the server has what was typed; it stands beside the heading. */
export function SaveState({ drafted: { state, draft } }: { readonly drafted: SavedParts }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { status } = state;
  const icon = {
    saved: <IconCheck size={16} aria-hidden />,
    waiting: <IconDeviceFloppy size={16} aria-hidden />,
    saving: <Loader size={14} aria-hidden />,
    unreachable: <IconCloudOff size={16} aria-hidden />,
    stuck: <IconAlertTriangle size={16} aria-hidden />,
  }[status];
  return (
    <Group
      gap={6}
      wrap="nowrap"
      {...(status === 'saved' && { c: 'dimmed' })}
      data-testid="save-state"
      data-state={status}
    >
      {icon}
      <Text size="sm" role="status">
        {t(`draft.status.${status}`)}
      </Text>
      {status === 'unreachable' && (
        <Button size="compact-sm" variant="subtle" onClick={() => draft.flush()}>
          {t('kit:tryNow')}
        </Button>
      )}
    </Group>
  );
}

/** A field, in words: `text.de.name` -> "Name (German)". */
function fieldInWords(t: TFunction, field: Field): string {
  const text = textOf(field);
  const marker = markerOf(field);
  if (marker) return t(`markers.kinds.${marker}`);
  if (!text) return t(`fields.${field as keyof typeof enCatalogue.fields}`);
  const language = formats().languageName(text.language) ?? text.language;
  return t('draft.ofLanguage', { field: t(`fields.${text.part}`), language });
}

function valueInWords(t: TFunction, field: Field, value: Value): string {
  if (value === null || value === '') return t('draft.nothing');
  if (typeof value === 'boolean') return t(value ? 'draft.removed' : 'draft.there');
  if (field === 'originalLanguage') return formats().languageName(String(value)) ?? String(value);
  if (markerOf(field)) return String(value).replace('-', ' – ');
  return String(value);
}

/** Fields that somebody else changed as well: both are shown, and one is chosen. */
export function Conflicts({ drafted: { state, draft } }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  if (state.conflicts.length === 0) return null;
  return (
    <Card
      withBorder
      radius="lg"
      padding="lg"
      component="section"
      aria-label={t('draft.conflicts')}
      data-testid="conflicts"
    >
      <Stack gap="md">
        <div role="alert">
          <Text fw={650}>{t('draft.conflicts')}</Text>
          <Text size="sm" c="dimmed">
            {t('draft.conflictsText')}
          </Text>
        </div>
        {state.conflicts.map(({ field, mine, theirs }) => {
          const name = fieldInWords(t, field);
          return (
            <Stack key={field} gap="xs" role="group" aria-label={name} data-testid="conflict">
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
                {(
                  [
                    ['mine', mine],
                    ['theirs', theirs],
                  ] as const
                ).map(([whose, value]) => (
                  <Card key={whose} withBorder radius="md" padding="sm">
                    <Stack gap="xs" justify="space-between" h="100%">
                      <div>
                        <Text size="xs" c="dimmed">
                          {t(`draft.${whose}`)}
                        </Text>
                        <Text size="sm" className="break-anywhere" lineClamp={8} style={{ whiteSpace: 'pre-line' }}>
                          <bdi>{valueInWords(t, field, value)}</bdi>
                        </Text>
                      </div>
                      <Button
                        size="xs"
                        variant={whose === 'mine' ? 'light' : 'default'}
                        aria-label={t(whose === 'mine' ? 'draft.takeMineOf' : 'draft.takeTheirsOf', { field: name })}
                        onClick={() => draft.choose(field, whose)}
                      >
                        {t(whose === 'mine' ? 'draft.takeMine' : 'draft.takeTheirs')}
                      </Button>
                    </Stack>
                  </Card>
                ))}
              </SimpleGrid>
            </Stack>
          );
        })}
      </Stack>
    </Card>
  );
}

/** What keeps what was typed from the server. */
export function DraftNotices({ drafted: { state } }: { readonly drafted: NoticedParts }) {
  const { t } = useTranslation();
  return (
    <>
      {state.status === 'unreachable' && (
        <Notice
          title={t('draft.unsent')}
          says={t(state.isKept ? 'draft.unsentKept' : 'draft.unsentAtRisk', { reason: messageOf(state.failure) })}
          data-testid="unsent"
        />
      )}
      {!state.isKept && state.status !== 'unreachable' && state.edits.size > 0 && (
        <Notice title={t('draft.notKept')} says={t('draft.notKeptText')} />
      )}
    </>
  );
}
