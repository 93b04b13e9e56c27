/** What people call a season and an episode in the names of files, by what it means and not by language. */

const any = (words: string) => `(?:${words.trim().split(/\s+/).join('|')})`;

/** Stand in front of the number of an episode; the longer one first where one begins like another. */
export const episodeWords = any(String.raw`
  episodes episode épisodes épisode episódios episódio episodios episodio episodul episod epizoda epizod epizód
  επεισόδιο эпизод серия серія серии folgen folge aflevering afl avsnitt afsnit jakso odcinek odc puntata
  capítulos capítulo capitulo cap chapter kapitel bölüm bolum tập tap ตอนที่ ตอน الحلقة حلقة الحلقه حلقه פרק
  एपिसोड कड़ी エピソード 에피소드 eps ep`);

/** The same, of words that also count other things: they count when no better one is there. */
export const partWords = any(String.raw`parte partie part teil osa del díl dil 部分 भाग الجزء часть`);

/** Stand behind the number of an episode. */
export const episodeWordsBehind = any(
  String.raw`화 회 話 话 集 回 серия серія серии эпизод bölüm bolum rész díl odcinek folge`,
);

/** Stand in front of the number of a season. */
export const seasonWords = any(String.raw`
  season series staffel saison temporada temp stagione seizoen säsong sæson sezonul sezon сезон kausi musim mùa
  الموسم موسم עונה ซีซั่น ซีซัน シーズン 시즌`);

/** Stand behind the number of a season. */
export const seasonWordsBehind = any(String.raw`season staffel сезон sezon temporada 시즌 シーズン 季 期`);

/** Not in the middle of a word or a number. */
const begin = String.raw`(?<![\p{L}\p{N}])`;
const end = String.raw`(?![\p{L}\p{N}])`;

/**
 * What says how a file was made and nothing of what it shows. Years and dates are among it: which one it is when a
 * number is all there is cannot be known, and episodes with such numbers are few.
 */
export const quality = new RegExp(
  [
    String.raw`\[[0-9a-f]{8}\]`,
    `${begin}${any(String.raw`
      \d{3,4}[pi]\d{0,3} \d{3,4}x\d{3,4} [248]k uhd fhd qhd hd sd
      [xh][.\s]?26[456] hevc avc av1 vp9 xvid divx prores (?:8|10|12)[-.\s]?bits?
      (?:ddp?|aac|e?-?ac-?3|dts(?:-?hd)?|truehd|atmos|flac|opus|mp3)[-.\s]?(?:[257]\.[01])? [257]\.[01](?:ch)?
      web[-.\s]?dl web[-.\s]?rip web blu-?ray b[dr]rip hdtv hdrip dvd-?rip dvd hdr10\+? hdr remux proper repack
      \d{2,3}(?:\.\d+)?\s?fps \d+\s?[km]bps \d+\s?[kmg]b
      (?:19|20)\d\d[-._]?(?:0[1-9]|1[0-2])[-._]?(?:0[1-9]|[12]\d|3[01]) \d{1,2}[-._]\d{1,2}[-._](?:19|20)\d\d
      \((?:19|20)\d\d\) (?:19|20)\d\d`)}${end}`,
  ].join('|'),
  'giu',
);
