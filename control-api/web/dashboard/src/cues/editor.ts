import { useRef, useState } from 'react';
import { merge, split, type CueValue, type ShownCue } from './cue-changes.ts';
import type { CueDraft } from './cue-draft.ts';
import type { CuePlayer } from './use-player.ts';

/** What the buttons and the keys of the editor do. */
export interface Editor {
  readonly chosen: ShownCue | undefined;
  readonly mayEdit: boolean;
  readonly hasRemoved: boolean;
  /** Opens a text; the player goes there. */
  readonly choose: (key: string | undefined) => void;
  /** The one before or behind the chosen one. */
  readonly step: (by: 1 | -1) => void;
  readonly change: (cue: ShownCue, change: Partial<CueValue>) => void;
  readonly setStart: () => void;
  readonly setEnd: () => void;
  readonly play: () => void;
  /** @param caret where the cursor is in its text */
  readonly split: (caret: number) => void;
  readonly merge: () => void;
  readonly remove: () => void;
  readonly putBack: () => void;
  readonly add: () => void;
}

/** How long a new text is shown, in milliseconds. */
const newMs = 2000;

interface Options {
  readonly draft: CueDraft;
  readonly cues: readonly ShownCue[];
  readonly player: CuePlayer;
  readonly mayEdit: boolean;
  readonly durationMs: number | undefined;
}

/** The chosen text, and what can be done with it. */
export function useEditor({ draft, cues, player, mayEdit, durationMs }: Options): Editor {
  const [key, setKey] = useState<string>();
  const [hasRemoved, setHasRemoved] = useState(false);
  const removed = useRef<CueValue>(undefined);
  const now = key === undefined ? undefined : draft.keyNow(key);
  const index = cues.findIndex((cue) => cue.key === now);
  const chosen = cues[index];
  const change = (cue: ShownCue, to: Partial<CueValue>) => {
    const { startMs, endMs, text, settings } = { ...cue, ...to };
    draft.edit(new Map([[cue.key, { startMs, endMs, text, settings }]]));
  };
  const choose = (next: string | undefined) => {
    setKey(next);
    const cue = cues.find((each) => each.key === next);
    if (cue) player.seek(cue.startMs);
  };
  const when = (cue: ShownCue | undefined, action: (cue: ShownCue) => void) => () => {
    if (cue && mayEdit) action(cue);
  };
  const atPlayer = (part: 'startMs' | 'endMs') =>
    when(chosen, (cue) => {
      const at = player.nowMs();
      if (at !== undefined) change(cue, { [part]: at });
    });
  const next = cues[index + 1];
  return {
    chosen,
    mayEdit,
    hasRemoved,
    choose,
    step: (by) => {
      const to = index === -1 ? cues[by === 1 ? 0 : cues.length - 1] : cues[index + by];
      if (to) choose(to.key);
    },
    change,
    setStart: atPlayer('startMs'),
    setEnd: atPlayer('endMs'),
    play: () => chosen && player.play(chosen.startMs, chosen.endMs),
    split: (caret) =>
      when(chosen, (cue) => {
        const [first, second] = split(cue, caret, player.nowMs());
        change(cue, first);
        draft.add(second);
      })(),
    merge: when(next && chosen, (cue) => {
      if (next)
        draft.edit(
          new Map([
            [cue.key, merge(cue, next)],
            [next.key, null],
          ]),
        );
    }),
    remove: when(chosen, (cue) => {
      removed.current = cue;
      setHasRemoved(true);
      draft.edit(new Map([[cue.key, null]]));
      choose((next ?? cues[index - 1])?.key);
    }),
    putBack: () => {
      if (!removed.current || !mayEdit) return;
      setKey(draft.add(removed.current));
      setHasRemoved(false);
    },
    add: () => {
      if (!mayEdit) return;
      const last = durationMs === undefined ? Infinity : Math.max(0, durationMs - 1);
      const startMs = Math.min(player.nowMs() ?? chosen?.endMs ?? cues.at(-1)?.endMs ?? 0, last);
      const endMs = Math.max(startMs + 1, Math.min(startMs + newMs, durationMs ?? Infinity));
      setKey(draft.add({ startMs, endMs, text: '', settings: '' }));
    },
  };
}
