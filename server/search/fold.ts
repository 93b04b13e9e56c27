import { typedLetters } from './hangul.ts';

/** A letter of a text with the marks on it, in the form in which it is compared, and where it was. */
export interface Letter {
  /** One character, or a few: `ß` is `ss`, a Korean syllable its letters. */
  readonly text: string;
  /** UTF-16 code units of the original, `end` excluded. */
  readonly start: number;
  readonly end: number;
}

/** A run of letters. `spaced`: of a script that puts spaces between words; the others do not, and are cut into pairs. */
export interface Word {
  readonly text: string;
  readonly letters: readonly Letter[];
  readonly isSpaced: boolean;
  /** Whether only punctuation, and no space, is between it and the word before (`spider-man`). */
  readonly isTied: boolean;
}

/** Letters that Unicode does not take apart, as people type them where they have no such keys. */
const latin = 'ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ħ=h ı=i ŋ=n ŧ=t ĸ=q ẜ=s ẝ=s ỻ=ll ỽ=v ỿ=y ʼ= ʾ= ς=σ';
/** Arabic as Persians, Urdu speakers and old fonts write it. */
const arabic = 'ٱ=ا ى=ي ی=ي ک=ك ة=ه ہ=ه ھ=ه ۀ=ه';
const otherLetters = new Map(`${latin} ${arabic}`.split(' ').map((pair) => pair.split('=') as [string, string]));
const otherLetter = new RegExp(`[${[...otherLetters.keys()].join('')}]`, 'g');

// Not the marks of Indian scripts, which are vowels, nor those of kana, which make other letters.
const droppedMarks =
  /[[\p{Mn}\p{Me}]&&[[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Cyrillic}]--[\u3099\u309a]]]/gv;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
/** What may stand inside of a word and is not typed: apostrophes, joiners, the Arabic stretcher. */
const silent = /^[\p{Cf}'’‘ʼ`\u02bb\u0640]$/u;
/** A character with its marks, among them those of half-width kana, which Unicode counts as letters. */
const clusters = /\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gu;
/** Where characters that are no letters go when a name has nothing else: `???`. Nothing that was folded lies there. */
const symbolPlane = 0xf0000;

/** A character with its marks, as it is compared: without case, accents, width and the like; empty when nothing is left. */
function foldCluster(cluster: string): string {
  const plain = typedLetters(cluster.normalize('NFKD').toLowerCase().normalize('NFKD'))
    .replace(droppedMarks, '')
    .replace(otherLetter, (letter) => otherLetters.get(letter) as string)
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) as number) & 0xf))
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
  return plain.normalize('NFC').replace(/[^\p{L}\p{N}\p{M}]/gu, '');
}

/** What a character with its marks is to words. */
interface Kind {
  /** Empty for what is no letter. */
  readonly folded: string;
  readonly isSpaced: boolean;
  /** Of what is no letter: whether it ends a word, and whether it is more than punctuation. */
  readonly endsWord: boolean;
  readonly isSpace: boolean;
}

function kindOf(cluster: string): Kind {
  const isSilent = silent.test(cluster);
  const folded = isSilent ? '' : foldCluster(cluster);
  return {
    folded,
    isSpaced: !unspaced.test(folded),
    endsWord: !isSilent && folded === '' && !/^\p{M}+$/u.test(cluster),
    isSpace: /^\s/.test(cluster),
  };
}

/** Texts have few different characters, and to fold one takes as long as to look up a hundred. */
const known = new Map<string, Kind>();
const mostKnown = 20_000;

function knownKindOf(cluster: string): Kind {
  const kind = known.get(cluster) ?? kindOf(cluster);
  if (cluster.length <= 4 && known.size < mostKnown) known.set(cluster, kind);
  return kind;
}

/** The words of a text, folded, with their places. */
export function foldWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let letters: Letter[] = [];
  let isSpaced = true;
  let isTied = false;
  const endWord = (tiesNext: boolean) => {
    if (letters.length > 0) {
      words.push({ text: letters.map((letter) => letter.text).join(''), letters, isSpaced, isTied });
      isTied = tiesNext;
    } else if (!tiesNext) isTied = false;
    letters = [];
  };
  for (const { 0: cluster, index } of text.toWellFormed().matchAll(clusters)) {
    const kind = knownKindOf(cluster);
    if (kind.endsWord) endWord(!kind.isSpace);
    if (kind.folded === '') continue;
    if (letters.length > 0 && kind.isSpaced !== isSpaced) endWord(true);
    isSpaced = kind.isSpaced;
    letters.push({ text: kind.folded, start: index, end: index + cluster.length });
  }
  endWord(false);
  return words.length > 0 ? words : symbolsOf(text);
}

/** A text without letters, as one word of its symbols. */
function symbolsOf(text: string): readonly Word[] {
  const letters = [...text.toWellFormed().matchAll(/[\p{P}\p{S}]/gu)].map(({ 0: symbol, index }) => ({
    text: String.fromCodePoint(symbolPlane + ((symbol.normalize('NFKC').codePointAt(0) as number) & 0xffff)),
    start: index,
    end: index + symbol.length,
  }));
  return letters.length === 0
    ? []
    : [{ text: letters.map((letter) => letter.text).join(''), letters, isSpaced: true, isTied: false }];
}
