import { formats, i18n } from '../../../kit/messages/i18n.ts';
import type { Subtitles } from '../api/types.ts';

/** A language by its name; the tag where it has none. */
export function languageWords(tag: string): string {
  if (tag === 'und') return i18n.t('tracks.unknownLanguage', { ns: 'dashboard' });
  return formats().languageName(tag) ?? tag;
}

/** What subtitles are called here: as in the player, else by their language. */
export function subtitlesName({ language, label }: Pick<Subtitles, 'language' | 'label'>): string {
  return label ?? languageWords(language);
}
