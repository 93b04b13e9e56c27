/** Titles of the table, the oldest first: short name, names by language (or the one in English), and what else is said. */
export const titlesOfRelevance: readonly (readonly [
  string,
  string | Readonly<Record<string, string>>,
  { readonly other?: readonly string[]; readonly weight?: number }?,
])[] = [
  ['tide', 'Tide'],
  ['tides', 'Tides of War'],
  ['last tide', { en: 'The Last Tide', ko: '마지막 조수' }],
  ['tide turns', 'The Tide Turns', { weight: 7 }],
  ['tidy', 'Tidy Up'],
  ['island', 'Island Life', { other: ['Where the tide never comes'] }],
  ['spider-man', 'Spider-Man'],
  ['amazing', 'The Amazing Spider-Man'],
  ['spiderman', 'Spiderman Returns'],
  ['spider', 'Spider'],
  ['cafe', { fr: 'Café Müller' }],
  ['crimson', 'Crimson Harbor', { other: ['Kim Haneul', '2024'] }],
  ['detective', 'The Detective'],
  ['oceans', 'Ocean’s Eleven'],
  ['lost', 'Lost'],
  ['last', 'Last'],
  ['flood', { en: 'The Great Flood', ko: '대홍수' }],
  ['tokyo', { ja: '東京物語', en: 'Tokyo Story' }],
  ['party', { ja: 'ガーデン・パーティー' }],
  ['nights', { ar: 'ألف لَيْلَة وليلة' }],
  ['house', { ar: 'البيت' }],
  ['firs', { ru: 'Ёлки 2' }],
  ['moon', '😀 Moonlight'],
  ['wide', 'Ｗｉｄｅ Open'],
  ['questions', '???'],
  ['lodz', { pl: 'Łódź Ærø straße' }],
  ['2046', '2046'],
  ['thai', { th: 'รักแห่งสยาม' }],
  ['drama', { zh: '霸道总裁爱上我' }],
  ['shorter', { zh: '总裁' }],
  ['hindi', { hi: 'दिल से' }],
];

/** A question, and what is found by it, in order. */
export const relevance: readonly (readonly [string, ...string[]])[] = [
  // The name, then its beginning, then words (the heavier first, then the newer), then other words, then corrected.
  ['tide', 'tide', 'tides', 'tide turns', 'last tide', 'island', 'tidy'],
  ['Tide ', 'tide', 'tides', 'tide turns', 'last tide', 'island', 'tidy'],
  // As one types.
  ['t', 'thai'.slice(0, 0) || 'detective'],
  ['spiderm', 'spiderman', 'spider-man', 'amazing'],
  ['the la', 'last tide'],
  ['la ti', 'x'],
];
