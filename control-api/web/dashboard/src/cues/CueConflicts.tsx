import { Button, Card, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CueValue } from './cue-changes.ts';
import { timeText } from './cue-time.ts';
import type { DraftedCues } from './use-cue-draft.ts';

/** Texts that somebody else changed as well: both are shown, and one is chosen. */
export function CueConflicts({ drafted: { draft, state } }: { readonly drafted: DraftedCues }) {
  const { t } = useTranslation();
  const { conflicts } = state;
  if (conflicts.length === 0) return null;
  const words = (value: CueValue | null) =>
    value === null ? t('cues.gonePart') : `${timeText(value.startMs)} – ${timeText(value.endMs)}\n${value.text}`;
  return (
    <Card withBorder radius="lg" padding="md" component="section" data-testid="cue-conflicts">
      <Stack gap="md">
        <div role="alert">
          <Text fw={650}>{t('cues.conflictTitle', { count: conflicts.length })}</Text>
          <Text size="sm" c="dimmed">
            {t('draft.conflictsText')}
          </Text>
        </div>
        {conflicts.slice(0, 20).map(({ key, mine, theirs }) => {
          const field = t('cues.row', { time: timeText((mine ?? theirs)?.startMs ?? 0) });
          return (
            <SimpleGrid key={key} cols={{ base: 1, sm: 2 }} spacing="sm" role="group" aria-label={field}>
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
                      <Text size="sm" className="break-anywhere" style={{ whiteSpace: 'pre-line' }}>
                        {words(value)}
                      </Text>
                    </div>
                    <Button
                      size="xs"
                      variant={whose === 'mine' ? 'light' : 'default'}
                      aria-label={t(whose === 'mine' ? 'draft.takeMineOf' : 'draft.takeTheirsOf', { field })}
                      onClick={() => draft.choose(key, whose)}
                    >
                      {t(whose === 'mine' ? 'draft.takeMine' : 'draft.takeTheirs')}
                    </Button>
                  </Stack>
                </Card>
              ))}
            </SimpleGrid>
          );
        })}
      </Stack>
    </Card>
  );
}
