import type { CSSProperties } from 'react';
import { runsOf } from './cue-text.ts';

/** The text of a cue as it stands on the picture; only ever text. */
export function CueWords({ text }: { readonly text: string }) {
  return runsOf(text).map((run, index) => {
    const style: CSSProperties = {
      ...(run.italic && { fontStyle: 'italic' }),
      ...(run.bold && { fontWeight: 700 }),
      ...(run.underline && { textDecoration: 'underline' }),
    };
    return (
      <span key={index} style={style}>
        {run.text}
      </span>
    );
  });
}
