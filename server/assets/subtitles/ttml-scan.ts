import { SaxesParser } from 'saxes';
import { subtitleLimits, SubtitleRefused } from './cue.ts';

export const ttmlNamespace = 'http://www.w3.org/ns/ttml';

/** Far more than files of 20,000 cues need, and few enough that walking through them takes a moment. */
const mostElements = 100_000;
/** Parsers call themselves for what is in an element. */
const mostNested = 64;
/** Styles, regions and references to them: each is looked up, and may lead to others. */
const mostStyles = 1000;
const mostReferences = 20;

/** What is known of a document before anything is made of it. */
export interface TtmlScan {
  /** In which line each paragraph begins, in their order. */
  readonly paragraphLines: readonly number[];
}

/**
 * Looks through an XML document before others read it. `saxes` is strict, says where it stopped, knows the five entities
 * of XML and no others, and fetches nothing. A document type is refused: it is where entities would be declared that
 * grow without end or name other files.
 * @throws SubtitleRefused
 */
export function scanTtml(text: string): TtmlScan {
  const parser = new SaxesParser({ xmlns: true });
  const paragraphLines: number[] = [];
  let [elements, nested, styles] = [0, 0, 0];
  const refuse = (reason: string): never => {
    throw new SubtitleRefused(reason, parser.line);
  };
  parser.on('error', (error) => refuse(`This is no XML: ${error.message.replace(/^\d+:\d+: /, '').slice(0, 200)}`));
  parser.on('doctype', () => refuse('A document type is not taken'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    elements += 1;
    nested += 1;
    if (elements === 1 && (uri !== ttmlNamespace || local !== 'tt'))
      refuse(`The first element of TTML is tt, of the namespace ${ttmlNamespace}`);
    if (elements > mostElements) refuse('There are too many elements');
    if (nested > mostNested) refuse('Elements are too deep in one another');
    if (uri !== ttmlNamespace) return;
    if (local === 'p') paragraphLines.push(parser.line);
    if (paragraphLines.length > subtitleLimits.cues) refuse(`There are more than ${subtitleLimits.cues} texts in it`);
    if (local === 'style' || local === 'region' || local === 'initial') styles += 1;
    if (styles > mostStyles) refuse('There are too many styles and regions');
    if ((attributes['style']?.value ?? '').split(/\s+/).length > mostReferences) refuse('It refers to too many styles');
  });
  parser.on('closetag', () => {
    nested -= 1;
  });
  parser.write(text).close();
  return { paragraphLines };
}
