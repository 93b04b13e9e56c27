import t from 'tap';
import { planSeason } from './season-plan.ts';

/** One file alone: what its name says. */
const alone: readonly (readonly [filename: string, says: string])[] = [
  ['S01E03.mp4', 'S1 E3'],
  ['s1.e3.mkv', 'S1 E3'],
  ['My Show - s01 ep 03 - The Door.mp4', 'S1 E3 The Door'],
  ['My.Show.S02E11.The.Long.Night.1080p.WEB-DL.DDP5.1.H.264-GRP.mkv', 'S2 E11 The Long Night'],
  ['1x03.mp4', 'S1 E3'],
  ['Show.12x103.avi', 'S12 E103'],
  ['E03.mp4', 'E3'],
  ['Ep.3.mov', 'E3'],
  ['EP03 The Door.mp4', 'E3 The Door'],
  ['ep_3.mp4', 'E3'],
  ['Eps 07.mp4', 'E7'],
  ['Episode 3.mp4', 'E3'],
  ['episode-03.mp4', 'E3'],
  ['EPISODE#3.mp4', 'E3'],
  ['Folge 3 - Die Tür.mp4', 'E3 Die Tür'],
  ['Staffel 2 Folge 3.mp4', 'S2 E3'],
  ['Capítulo 3.mp4', 'E3'],
  ['Capi\u0301tulo 3.mp4', 'E3'],
  ['Cap. 12 - La puerta.mp4', 'E12 La puerta'],
  ['Temporada 1 Capítulo 3.mp4', 'S1 E3'],
  ['Épisode 3.mp4', 'E3'],
  ['Saison 1 Épisode 3.mp4', 'S1 E3'],
  ['Episódio 3.mp4', 'E3'],
  ['Puntata 3.mp4', 'E3'],
  ['Aflevering 3.mp4', 'E3'],
  ['Avsnitt 3.mp4', 'E3'],
  ['Odcinek 3.mp4', 'E3'],
  ['3. Bölüm.mp4', 'E3'],
  ['Серия 3.mp4', 'E3'],
  ['3 серия.mp4', 'E3'],
  ['3-я серия.mp4', 'E3'],
  ['Сезон 1 Серия 3.mp4', 'S1 E3'],
  ['Tập 3.mp4', 'E3'],
  ['ตอนที่ ๓.mp4', 'E3'],
  ['第3集.mp4', 'E3'],
  ['第十二集.mp4', 'E12'],
  ['第二十集 重逢.mp4', 'E20 重逢'],
  ['第一百零五集.mp4', 'E105'],
  ['我的剧 第一季 第3集.mp4', 'S1 E3'],
  ['第3話.mp4', 'E3'],
  ['第０３話.mp4', 'E3'],
  ['第3回.mp4', 'E3'],
  ['3話.mp4', 'E3'],
  ['3화.mp4', 'E3'],
  ['제3화.mp4', 'E3'],
  ['드라마 12회.mp4', 'E12'],
  ['시즌 2 3화.mp4', 'S2 E3'],
  ['الحلقة ٣.mp4', 'E3'],
  ['الحلقة 3.mp4', 'E3'],
  ['الموسم ٢ الحلقة ١٢.mp4', 'S2 E12'],
  ['פרק 3.mp4', 'E3'],
  ['एपिसोड ३.mp4', 'E3'],
  ['Ｅ０３.mp4', 'E3'],
  ['#3.mp4', 'E3'],
  ['Part 3.mp4', 'E3'],
  ['Episode 3 Part 2.mp4', 'E3 Part 2'],
  ['03.mp4', 'E3'],
  ['003.mp4', 'E3'],
  ['０３.mp4', 'E3'],
  ['٣.mp4', 'E3'],
  ['03 - The Door.mp4', 'E3 The Door'],
  ['03大结局.mp4', 'E3 大结局'],
  ['Show 03.mp4', 'E3'],
  ['clip03.mp4', 'E3'],
  ['[Group] Show - 03 [1080p][ABCD1234].mkv', 'E3'],
  ['Show - 03v2.mkv', 'E3'],
  ['My.Show.2026.E03.1080p.x264.mp4', 'E3'],
  ['My Show (2026) 03.mp4', 'E3'],
  ['Show.03.1920x1080.30fps.mp4', 'E3'],
  ['Show 3 2026-01-31.mp4', 'E3'],
  ['20260131 Show 3.mp4', 'E3'],
  ['Show 3 4K HDR10 HEVC 10bit 5.1.mp4', 'E3'],
  ['Season 2/E03.mp4', 'S2 E3'],
  ['Show\\Staffel 4\\03.mp4', 'S4 E3'],
  ['2nd Season 03.mp4', 'S2 E3'],
  ['S01.E03', 'S1 E3'],
  ['E03 - 12 Angry Men.mp4', 'E3 12 Angry Men'],
  ['E03-1080p.mp4', 'E3'],
  ['E03-2026.mp4', 'E3'],
  // What says nothing, or too much.
  ['S01E03-E04.mp4', 'unclear range'],
  ['S01E03E04.mp4', 'unclear range'],
  ['E03-04.mp4', 'unclear range'],
  ['E03 - 04.mp4', 'unclear range'],
  ['Episodes 3 & 4.mp4', 'unclear range'],
  ['Episode 3 to 5.mp4', 'unclear range'],
  ['第1-2集.mp4', 'unclear range'],
  ['03-04.mp4', 'unclear range'],
  ['Episode 3.5.mp4', 'unclear fraction'],
  ['Episode 3 Episode 4.mp4', 'unclear several-numbers'],
  ['Area 51 03.mp4', 'unclear several-numbers'],
  ['The Door.mp4', 'unclear no-number'],
  ['Show 2026.mp4', 'unclear no-number'],
  ['Show 1080p.mp4', 'unclear no-number'],
  ['Show.x264.mp4', 'unclear no-number'],
  ['The 3rd Door.mp4', 'unclear no-number'],
  ['.mp4', 'unclear no-number'],
  ['', 'unclear no-number'],
];

function said({ season, episode, name, unclear }: ReturnType<typeof planSeason>['files'][number]): string {
  if (unclear !== undefined) return `unclear ${unclear}`;
  return [season === undefined ? '' : `S${season} `, `E${episode}`, name === undefined ? '' : ` ${name}`].join('');
}

t.test('what names say by themselves', (t) => {
  for (const [filename, expected] of alone)
    t.equal(planSeason([filename]).files.map(said)[0], expected, filename || '(nothing)');
  t.end();
});

const together: readonly (readonly [
  what: string,
  filenames: readonly string[],
  says: readonly string[],
  missing?: string,
])[] = [
  ['a number that all share is no episode', ['Area 51 01.mp4', 'Area 51 02.mp4'], ['E1', 'E2']],
  ['it may stand behind', ['01 Area 51.mp4', '02 Area 51.mp4'], ['E1', 'E2']],
  ['names with numbers', ['03 - The Door.mp4', '04 - 12 Angry Men.mp4'], ['E3 The Door', 'E4 12 Angry Men']],
  [
    'after what all begin with',
    ['Area 51 - 03 The Door.mp4', 'Area 51 - 04 - 12 Men.mp4'],
    ['E3 The Door', 'E4 12 Men'],
  ],
  ['names in front', ['The Door E03.mp4', 'The Window E04.mp4'], ['E3 The Door', 'E4 The Window']],
  ['two numbers that differ', ['1 2.mp4', '2 1.mp4', '3 3 x.mp4'], ['E1', 'E2', 'E3 3 x']],
  ['two numbers that say the same', ['01 Part 1 of it.mp4', '02 Part 2 of it.mp4'], ['E1', 'E2']],
  [
    'numbers that leave it open',
    ['a 1 b 2 c.mp4', 'a 2 b 3 c.mp4'],
    ['unclear several-numbers', 'unclear several-numbers'],
  ],
  [
    'one that is not like the others',
    ['E01.mp4', 'E02.mp4', 'Trailer 3.mp4'],
    ['E1', 'E2', 'unclear unlike-the-others'],
  ],
  ['one without a number', ['01.mp4', '02.mp4', 'Making of.mp4'], ['E1', 'E2', 'unclear no-number']],
  ['a number twice', ['E01.mp4', 'E01 new.mp4', 'E02.mp4'], ['unclear twice', 'unclear twice', 'E2']],
  ['the same number of two seasons', ['S01E01.mp4', 'S02E01.mp4'], ['S1 E1', 'S2 E1']],
  ['gaps', ['E01.mp4', 'E02.mp4', 'E05.mp4'], ['E1', 'E2', 'E5'], 'undefined: 3 4'],
  ['gaps of each season', ['S1E1.mp4', 'S1E3.mp4', 'S2E7.mp4'], ['S1 E1', 'S1 E3', 'S2 E7'], '1: 2'],
  ['ten is behind nine', ['Show 9.mp4', 'Show 10.mp4', 'Show 11.mp4'], ['E9', 'E10', 'E11']],
  ['digits of two scripts', ['الحلقة ١.mp4', 'الحلقة 2.mp4'], ['E1', 'E2']],
  ['the same name twice', ['01.mp4', '01.mp4'], ['unclear twice', 'unclear twice']],
];

t.test('what names say together', (t) => {
  for (const [what, filenames, expected, missing = ''] of together) {
    const plan = planSeason(filenames);
    t.same(plan.files.map(said), expected, what);
    t.equal(plan.missing.map(({ season, numbers }) => `${season}: ${numbers.join(' ')}`).join('; '), missing, what);
  }
  t.end();
});

t.test('what was dropped is told', (t) => {
  const [file] = planSeason(['My.Show.2026.E03.1080p.x264.mp4']).files;
  t.same(file?.dropped, ['2026', '1080p', 'x264']);
  t.end();
});

t.test('hostile names end soon', (t) => {
  const long = [
    '1'.repeat(100_000),
    '1 '.repeat(50_000),
    'e1-'.repeat(50_000),
    '第'.repeat(50_000),
    '['.repeat(50_000),
    ' - '.repeat(50_000),
    'a.'.repeat(50_000),
    '/'.repeat(100_000),
  ];
  t.equal(planSeason(long).files.length, long.length);
  const many = Array.from({ length: 500 }, (_, n) => `${'Show 1 '.repeat(30)}${n}.mp4`);
  t.equal(planSeason(many).files.filter(({ episode }) => episode !== undefined).length, 500);
  t.end();
});
