import { useEffect, useRef } from 'react';
import type { Editor } from './editor.ts';
import type { CuePlayer } from './use-player.ts';

/** Where the cursor is in the field that is typed in; 0 elsewhere. */
const caret = () => (document.activeElement instanceof HTMLTextAreaElement ? document.activeElement.selectionStart : 0);

/** The keys of the editor: with Alt, by their place on the keyboard, so that letters stay letters. */
export function useKeys(editor: Editor, player: CuePlayer): void {
  const actions: Readonly<Record<string, () => void>> = {
    ArrowUp: () => editor.step(-1),
    ArrowDown: () => editor.step(1),
    BracketLeft: editor.setStart,
    BracketRight: editor.setEnd,
    KeyP: player.toggle,
    KeyL: editor.play,
    KeyS: () => editor.split(caret()),
    KeyM: editor.merge,
    KeyN: editor.add,
  };
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector('[role=dialog]')) return;
      const action = latest.current[event.code];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
