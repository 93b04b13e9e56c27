import t from 'tap';
import { decodeSubtitles } from './encoding.ts';
import { readSubtitles } from './read.ts';

/** The bytes of a text in an encoding that Node reads but does not write: by asking what each pair of bytes means. */
function encoder(encoding: string): (text: string) => Buffer {
  const decoder = new TextDecoder(encoding);
  const bytesOf = new Map<string, readonly number[]>();
  for (let first = 0; first < 256; first++) {
    const single = decoder.decode(Uint8Array.of(first));
    if (!single.includes('\uFFFD')) bytesOf.set(single, [first]);
  }
  for (let first = 0x81; first < 255; first++)
    for (let second = 0x40; second < 255; second++) {
      const pair = decoder.decode(Uint8Array.of(first, second));
      if (pair.length === 1 && pair !== '\uFFFD' && !bytesOf.has(pair)) bytesOf.set(pair, [first, second]);
    }
  return (text) =>
    Buffer.from(
      [...text].flatMap((character) => {
        const bytes = bytesOf.get(character);
        if (!bytes) throw new Error(`${character} is not in ${encoding}`);
        return bytes;
      }),
    );
}

const srt = (...lines: readonly string[]) =>
  lines.map((line, n) => `${n + 1}\n00:00:0${n},000 --> 00:00:0${n},900\n${line}\n`).join('\n');
const texts: Readonly<Record<string, readonly string[]>> = {
  'windows-1251': ['Ты вернулся? Я ждала тебя столько лет.', 'Не уходи, прошу тебя.', 'Это был наш последний вечер.'],
  'windows-1252': [
    'Je ne sais pas où elle est allée, mon frère.',
    'Ça va être très difficile, n’est-ce pas?',
    'Über die Brücke möchte ich nicht gehen.',
  ],
  shift_jis: ['あなたは誰ですか。', '私はもう帰らないと言ったでしょう。', '明日の夜、海で会いましょう。'],
  gb18030: ['你为什么现在才回来？', '我已经等了你整整三年。', '这件事不要告诉任何人。'],
  'euc-kr': ['왜 이제야 돌아왔어요?', '나는 당신을 삼 년 동안 기다렸어요.', '아무에게도 말하지 마세요.'],
};

t.test('encodings are found out', async (t) => {
  for (const [encoding, lines] of Object.entries(texts)) {
    const read = readSubtitles(encoder(encoding)(srt(...lines)));
    t.same(
      read.cues.map(({ text }) => text),
      lines.map((line) => line.normalize('NFC')),
      encoding,
    );
    t.match(read, { encoding, encodingIsGuess: true });
  }
});

t.test('Unicode says or shows what it is', async (t) => {
  const text = srt('안녕 ä');
  const wide = Buffer.from(text, 'utf16le');
  const swapped = Buffer.from(wide).swap16();
  for (const [bytes, encoding] of [
    [Buffer.from(text), 'utf-8'],
    [Buffer.from(`\uFEFF${text}`), 'utf-8'],
    [Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf-16le'],
    [Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]), 'utf-16be'],
    [wide, 'utf-16le'],
    [swapped, 'utf-16be'],
  ] as const) {
    const { cues, encoding: found } = readSubtitles(bytes);
    t.equal(found, encoding);
    t.match(cues, [{ text: '안녕 ä' }], encoding);
  }
});

t.test('who knows it better says it', async (t) => {
  const bytes = encoder('windows-1251')(srt('Да'));
  t.match(decodeSubtitles(bytes, 'windows-1251'), { isGuess: false, text: /Да/ });
  t.throws(() => decodeSubtitles(Buffer.from([0xff, 0xff]), 'utf-8'), { message: 'This is no text in utf-8' });
});
