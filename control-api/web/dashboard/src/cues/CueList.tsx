import { Badge, Group, Text } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import type { ShownCue } from './cue-changes.ts';
import type { CueMarks } from './cue-marks.ts';
import { timeText } from './cue-time.ts';
import { CueFields } from './CueFields.tsx';
import { CueWords } from './CueWords.tsx';
import type { Editor } from './editor.ts';
import type { CuePlayer } from './use-player.ts';

/** About how high a row is, in pixels; each is measured once it is there. */
const rowPixels = 68;

function Marks({ marks, refusal }: { readonly marks: CueMarks | undefined; readonly refusal: unknown }) {
  const { t } = useTranslation();
  if (!marks && refusal === undefined) return null;
  return (
    <Group gap={6} component="span" display="inline-flex" data-testid="marks">
      {refusal !== undefined && (
        <Badge component="span" variant="light" color="red" title={messageOf(refusal)}>
          {t('cues.refused')}
        </Badge>
      )}
      {marks?.fault && (
        <Badge component="span" variant="light" color="red">
          {t(`cues.faults.${marks.fault}`)}
        </Badge>
      )}
      {marks?.overlaps === true && (
        <Badge component="span" variant="light" color="orange">
          {t('cues.overlaps')}
        </Badge>
      )}
      {marks?.tooFast !== undefined && (
        <Badge component="span" variant="light" color="orange">
          {t('cues.tooFast', { speed: marks.tooFast })}
        </Badge>
      )}
    </Group>
  );
}

interface Props {
  /** Those that are shown, by their time. */
  readonly cues: readonly ShownCue[];
  readonly marks: ReadonlyMap<string, CueMarks>;
  readonly refusals: ReadonlyMap<string, unknown>;
  readonly editor: Editor;
  readonly player: CuePlayer;
  /** The last of all: nothing follows it. */
  readonly lastKey: string | undefined;
}

/** The texts by their time. Of thousands only those in sight are there, and the chosen one, which is typed in. */
export function CueList({ cues, marks, refusals, editor, player, lastKey }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const chosenIndex = cues.findIndex(({ key }) => key === editor.chosen?.key);
  const virtual = useVirtualizer({
    count: cues.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => cues[index]?.key ?? index,
    overscan: 6,
    rangeExtractor: (range) => {
      const inSight = defaultRangeExtractor(range);
      if (chosenIndex === -1 || inSight.includes(chosenIndex)) return inSight;
      return [...inSight, chosenIndex].sort((one, other) => one - other);
    },
  });
  const chosenKey = editor.chosen?.key;
  useEffect(() => {
    if (chosenIndex !== -1) virtual.scrollToIndex(chosenIndex, { align: 'auto' });
  }, [chosenKey, chosenIndex === -1]);
  const playing = player.shown[0]?.key;
  useEffect(() => {
    // Somebody who types is not carried away by the player.
    const index = chosenKey === undefined ? cues.findIndex(({ key }) => key === playing) : -1;
    if (index !== -1) virtual.scrollToIndex(index, { align: 'auto' });
  }, [playing]);
  return (
    <div ref={place} className="cue-list" data-testid="cue-list">
      <ol aria-label={t('cues.list')} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const cue = cues[index];
          if (!cue) return null;
          const isChosen = cue.key === chosenKey;
          const time = timeText(cue.startMs);
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              data-testid="cue"
              data-chosen={isChosen || undefined}
              data-playing={player.shown.some((each) => each.key === cue.key) || undefined}
              aria-setsize={cues.length}
              aria-posinset={index + 1}
              style={{ top: start }}
            >
              <button
                type="button"
                className="cue"
                aria-expanded={isChosen}
                onClick={() => editor.choose(isChosen ? undefined : cue.key)}
              >
                <Text component="span" size="xs" c="dimmed" className="figures cue-time">
                  {time} – {timeText(cue.endMs)}
                </Text>
                <Marks marks={marks.get(cue.key)} refusal={refusals.get(cue.key)} />
                {!isChosen && (
                  <Text component="span" size="sm" dir="auto" className="cue-words">
                    <CueWords text={cue.text} />
                  </Text>
                )}
              </button>
              {isChosen && (
                <CueFields cue={cue} editor={editor} hasPlayer={player.isReady} hasNext={cue.key !== lastKey} />
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
