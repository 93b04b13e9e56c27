import t from 'tap';
import { mergePreferences, readPreferences, writePreferences } from './preferences.ts';

const usual = readPreferences('{}');

t.test('a change names what it changes, also within the style of subtitles', async (t) => {
  const first = mergePreferences(usual, { autoplayNext: false, subtitleStyle: { size: 'large' } });
  const second = mergePreferences(first, { subtitleLanguage: 'PT-br', subtitleStyle: { colour: 'yellow' } });
  t.strictSame(second, {
    ...usual,
    autoplayNext: false,
    subtitleLanguage: 'pt-BR',
    subtitleStyle: { ...usual.subtitleStyle, size: 'large', colour: 'yellow' },
  });
  t.strictSame(mergePreferences(second, {}), second);
  t.equal(mergePreferences(second, { subtitleLanguage: null }).subtitleLanguage, null);
});

t.test('what is kept is what differs from the defaults', async (t) => {
  t.equal(writePreferences(usual), '{}');
  const changed = mergePreferences(usual, { topRungOnMobile: 480, subtitleStyle: { edge: 'none' } });
  t.strictSame(JSON.parse(writePreferences(changed)), { topRungOnMobile: 480, subtitleStyle: { edge: 'none' } });
  t.strictSame(readPreferences(writePreferences(changed)), changed);
  t.equal(
    writePreferences(mergePreferences(changed, { topRungOnMobile: null, subtitleStyle: { edge: 'outline' } })),
    '{}',
  );
});

t.test('what there is no preference for any more is not shown', async (t) => {
  const kept = JSON.stringify({ autoplayNext: false, smell: 'roses', subtitleStyle: { size: 'huge', smell: 'roses' } });
  t.strictSame(readPreferences(kept), {
    ...usual,
    autoplayNext: false,
    subtitleStyle: { ...usual.subtitleStyle, size: 'huge' },
  });
});
