import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay, IconPlayerTrackNext, IconPlayerTrackPrev, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTyped, useWrong } from '../title/DraftField.tsx';
import type { Drafted } from '../title/use-draft.ts';
import { spanOf, spanValue, timeText, typedSpan, type MarkerKind } from './marker-times.ts';

/** A time is no longer than this when it is typed: `1000:00:00.000`. */
const timeCharacters = 14;

interface Props {
  readonly drafted: Drafted;
  readonly kind: MarkerKind;
  /** How long the video is, in milliseconds; undefined while nobody knows. */
  readonly durationMs: number | undefined;
  /** Where the video is, in milliseconds; undefined when none is playing. */
  readonly here: () => number | undefined;
  /** Undefined where there is nothing to play. */
  readonly onTry: ((startMs: number) => void) | undefined;
  /** Somebody wants to set a time to where the video is, and it is nowhere yet. */
  readonly onNowhere: () => void;
}

/** One marker: both of its times, typed or set to where the video is. */
export function MarkerFields({ drafted, kind, durationMs, here, onTry, onNowhere }: Props) {
  const { t } = useTranslation();
  const field = `marker.${kind}` as const;
  const name = t(`markers.kinds.${kind}`);
  const wrong = useWrong(drafted, field);
  const typed = typedSpan(drafted.value(field));
  const span = spanOf(drafted.value(field));
  const edit = (change: { readonly start?: string; readonly end?: string }) =>
    drafted.draft.edit(field, spanValue({ ...typedSpan(drafted.draft.value(field)), ...change }));
  const start = useTyped(typed.start, (text) => edit({ start: text }));
  const end = useTyped(typed.end, (text) => edit({ end: text }));

  function setHere(side: 'start' | 'end') {
    const at = here();
    if (at === undefined) return onNowhere();
    const time = timeText(Math.min(at, durationMs ?? at));
    // Credits go on to the end, nearly always.
    const toTheEnd = kind === 'credits' && side === 'start' && typed.end === '' && durationMs !== undefined;
    edit({ [side]: time, ...(toTheEnd && { end: timeText(durationMs) }) });
  }

  const common = { inputMode: 'decimal', autoComplete: 'off', maxLength: timeCharacters, dir: 'ltr' } as const;
  const isTooLong = span !== undefined && durationMs !== undefined && span.endMs > durationMs && wrong === undefined;
  return (
    <Stack gap="xs" role="group" aria-label={name} data-testid={`marker-${kind}`}>
      <Group gap="xs">
        <span className="marker-dot" data-kind={kind} aria-hidden />
        <Text fw={600}>{name}</Text>
      </Group>
      <SimpleGrid cols={2} spacing="sm">
        {(
          [
            ['start', start],
            ['end', end],
          ] as const
        ).map(([side, input]) => (
          <Stack key={side} gap={6}>
            <TextInput
              {...common}
              {...input}
              name={`${field}.${side}`}
              label={t(`markers.${side}`)}
              aria-label={t(`markers.${side}Of`, { kind: name })}
              error={wrong !== undefined}
              readOnly={!drafted.mayEdit}
            />
            {drafted.mayEdit && (
              <Button
                size="xs"
                variant="default"
                leftSection={
                  side === 'start' ? (
                    <IconPlayerTrackPrev size={16} className="toward-start" aria-hidden />
                  ) : (
                    <IconPlayerTrackNext size={16} className="toward-end" aria-hidden />
                  )
                }
                aria-label={t(side === 'start' ? 'markers.setStartOf' : 'markers.setEndOf', { kind: name })}
                onClick={() => setHere(side)}
              >
                {t(side === 'start' ? 'markers.setStart' : 'markers.setEnd')}
              </Button>
            )}
          </Stack>
        ))}
      </SimpleGrid>
      {wrong !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="status">
          {wrong}
        </Text>
      )}
      {isTooLong && (
        <Text size="sm" data-testid="marker-too-long">
          {t('markers.tooLong')}
        </Text>
      )}
      {span && (
        <Group gap="xs">
          {onTry && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              aria-label={t('markers.tryOf', { kind: name })}
              onClick={() => onTry(span.startMs)}
            >
              {t('markers.tryIt')}
            </Button>
          )}
          {drafted.mayEdit && (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              aria-label={t('markers.removeOf', { kind: name })}
              onClick={() => drafted.draft.edit(field, null)}
            >
              {t('markers.remove')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
