/** A stretch of a text in one style. */
export interface TextRun {
  readonly text: string;
  readonly italic: boolean;
  readonly bold: boolean;
  readonly underline: boolean;
}

const escapes: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const styles = { i: 'italic', b: 'bold', u: 'underline' } as const;

/** What the text of a cue shows: its three tags as styles, whatever else looks like a tag as it is written. */
export function runsOf(text: string): readonly TextRun[] {
  const runs: TextRun[] = [];
  let style = { italic: false, bold: false, underline: false };
  let from = 0;
  const add = (plain: string) => {
    if (plain !== '') runs.push({ ...style, text: plain.replace(/&(?:amp|lt|gt);/g, (each) => escapes[each] ?? each) });
  };
  for (const { 0: tag, 1: slash, 2: name, index } of text.matchAll(/<(\/?)([ibu])>/g)) {
    add(text.slice(from, index));
    from = index + tag.length;
    style = { ...style, [styles[name as keyof typeof styles]]: slash === '' };
  }
  add(text.slice(from));
  return runs;
}

/** What somebody reads of it. */
export function plainText(text: string): string {
  return runsOf(text)
    .map((run) => run.text)
    .join('');
}
