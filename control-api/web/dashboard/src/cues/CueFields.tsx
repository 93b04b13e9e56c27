import { Button, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import {
  IconArrowMerge,
  IconArrowsSplit,
  IconBracketsContainEnd,
  IconBracketsContainStart,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShownCue } from './cue-changes.ts';
import { readTime, timeText } from './cue-time.ts';
import type { Editor } from './editor.ts';

const textCharacters = 2000;

interface TimeProps {
  readonly label: string;
  readonly ms: number;
  readonly isDisabled: boolean;
  readonly onMs: (ms: number) => void;
}

/** A time; it counts when the field is left, so that the text does not move away below the cursor. */
function TimeField({ label, ms, isDisabled, onMs }: TimeProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? ms : readTime(typed);
  const take = () => {
    if (read === undefined) return;
    setTyped(undefined);
    if (read !== ms) onMs(read);
  };
  return (
    <TextInput
      label={label}
      value={typed ?? timeText(ms)}
      error={read === undefined && t('cues.noTime')}
      autoComplete="off"
      spellCheck={false}
      className="figures"
      disabled={isDisabled}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => {
        if (key === 'Enter') take();
      }}
    />
  );
}

interface Props {
  readonly cue: ShownCue;
  readonly editor: Editor;
  readonly hasPlayer: boolean;
  readonly hasNext: boolean;
}

/** The fields of the chosen text. */
export function CueFields({ cue, editor, hasPlayer, hasNext }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  // What the server makes of it is shown when the field is left: nothing changes below the cursor.
  const [typed, setTyped] = useState<string>();
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  const isDisabled = !editor.mayEdit;
  return (
    <Stack gap="sm" px="sm" pb="sm" className="cue-fields" data-testid="cue-fields">
      <Textarea
        ref={field}
        label={t('cues.text')}
        description={t('cues.textHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        dir="auto"
        rows={3}
        maxLength={textCharacters}
        disabled={isDisabled}
        value={typed ?? cue.text}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          editor.change(cue, { text: value });
        }}
        onBlur={() => setTyped(undefined)}
      />
      <SimpleGrid cols={2} spacing="sm">
        {(['start', 'end'] as const).map((part) => (
          <TimeField
            key={part}
            label={t(`cues.${part}`)}
            ms={cue[`${part}Ms`]}
            isDisabled={isDisabled}
            onMs={(ms) => editor.change(cue, { [`${part}Ms`]: ms })}
          />
        ))}
      </SimpleGrid>
      {cue.settings !== '' && (
        <Text size="xs" c="dimmed">
          {t('cues.place', { settings: cue.settings })}
        </Text>
      )}
      <Group gap="xs">
        <Button
          size="xs"
          variant="light"
          leftSection={<IconPlayerPlay size={16} />}
          disabled={!hasPlayer}
          onClick={editor.play}
        >
          {t('cues.playIt')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBracketsContainStart size={16} />}
          disabled={isDisabled || !hasPlayer}
          onClick={editor.setStart}
        >
          {t('cues.setStart')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconBracketsContainEnd size={16} />}
          disabled={isDisabled || !hasPlayer}
          onClick={editor.setEnd}
        >
          {t('cues.setEnd')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowsSplit size={16} />}
          disabled={isDisabled || cue.text.length < 2}
          onClick={() => editor.split(field.current?.selectionStart ?? 0)}
        >
          {t('cues.split')}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowMerge size={16} />}
          disabled={isDisabled || !hasNext}
          onClick={editor.merge}
        >
          {t('cues.merge')}
        </Button>
        <Button
          size="xs"
          variant="light"
          color="red"
          leftSection={<IconTrash size={16} />}
          disabled={isDisabled}
          onClick={editor.remove}
        >
          {t('cues.remove')}
        </Button>
      </Group>
    </Stack>
  );
}
