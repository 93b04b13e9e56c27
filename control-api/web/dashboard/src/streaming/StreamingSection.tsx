import { SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { useStreamingChoices } from '../api/streaming.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { ChoiceDraft, NumberDraft } from '../title/DraftField.tsx';
import type { Drafted } from '../title/use-draft.ts';
import { EncodedOtherwise } from './EncodedOtherwise.tsx';

/** Short sides of the pictures that there are ladders for, in pixels. */
const rungs = [240, 360, 480, 540, 720, 1080, 1440, 2160] as const;
const orNull = (choice: string) => (choice === '' ? null : choice);
const numberOrNull = (choice: string) => (choice === '' ? null : Number(choice));

type Said = CatalogueTitle['streaming']['topRung' | 'qualityPreset' | 'ladder' | 'priceClass'];

/** What counts where the title itself says nothing, and who says so: "From the series: 1080p." */
function inheritedInWords(t: TFunction, { kind }: CatalogueTitle, { from }: Said, value: string): string | undefined {
  if (from === null) return t('streaming.from.nobody', { value });
  if (from === kind || (from !== 'series' && from !== 'season' && from !== 'movie')) return undefined;
  return t(`streaming.from.${from}`, { value });
}

/** How many episodes are free, as far as others than the title say so. */
function FreeByOthers({ title }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const { value, from } = title.streaming.freeEpisodes;
  if (from !== 'series' || title.kind === 'series' || !value) return null;
  return <Text size="sm">{t('streaming.freeOfSeries', { count: value })}</Text>;
}

/** What there is to say of how a title is streamed: what it says itself, and what counts where it says nothing. */
export function StreamingSection({ drafted }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  const { qualityPresets, ladders, priceClasses } = useStreamingChoices();
  const { title } = drafted;
  const { topRung, qualityPreset, ladder, priceClass } = title.streaming;
  const isRoot = title.parentId === null;
  const nothing = { value: '', label: t(isRoot ? 'streaming.asConfigured' : 'facts.asParent') };
  const rungName = (rung: number) => t('streaming.rung', { rung: String(rung) });
  const inherited = (field: 'topRung' | 'qualityPreset' | 'ladder' | 'priceClass', said: Said, value: string) =>
    drafted.value(field) === null ? inheritedInWords(t, title, said, value) : undefined;
  const described = (hint: string, more: string | undefined) => (more === undefined ? hint : `${hint} ${more}`);
  // What the configuration has no more stays to be seen.
  const named = (known: readonly string[], own: string | null) =>
    own === null || known.includes(own) ? [...known] : [...known, own];
  return (
    <Section title={t('streaming.title')}>
      <Stack gap="md" data-testid="streaming">
        <EncodedOtherwise drafted={drafted} />
        {!ladder.isKnown && <Notice title={t('streaming.ladderIsGone')} says={t('streaming.ladderGoneText')} />}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" verticalSpacing="md">
          <ChoiceDraft
            drafted={drafted}
            field="topRung"
            label={t('fields.topRung')}
            description={described(
              t('streaming.topRungHint'),
              isRoot
                ? undefined
                : inherited('topRung', topRung, topRung.value === null ? t('streaming.best') : rungName(topRung.value)),
            )}
            data={[
              { value: '', label: t(isRoot ? 'streaming.anyRung' : 'facts.asParent') },
              ...[...new Set([...rungs, ...(title.topRung === null ? [] : [title.topRung])])]
                .sort((one, other) => one - other)
                .map((rung) => ({ value: String(rung), label: rungName(rung) })),
            ]}
            read={numberOrNull}
          />
          <ChoiceDraft
            drafted={drafted}
            field="priceClass"
            label={t('fields.priceClass')}
            description={described(
              t('streaming.priceClassHint'),
              inherited('priceClass', priceClass, priceClass.value),
            )}
            data={[nothing, ...named(priceClasses, title.priceClass)]}
            read={orNull}
          />
          <ChoiceDraft
            drafted={drafted}
            field="qualityPreset"
            label={t('fields.qualityPreset')}
            description={described(
              t('streaming.presetHint'),
              inherited(
                'qualityPreset',
                qualityPreset,
                qualityPreset.value === null ? t('streaming.usual') : t(`streaming.presets.${qualityPreset.value}`),
              ),
            )}
            data={[
              nothing,
              ...qualityPresets.map((preset) => ({ value: preset, label: t(`streaming.presets.${preset}`) })),
            ]}
            read={orNull}
          />
          <ChoiceDraft
            drafted={drafted}
            field="ladder"
            label={t('fields.ladder')}
            description={described(
              t('streaming.ladderHint'),
              inherited('ladder', ladder, ladder.value ?? t('streaming.usual')),
            )}
            data={[
              nothing,
              ...named(ladders, title.ladder).map((name) => ({
                value: name,
                label: ladders.includes(name) ? name : t('streaming.ladderGone', { ladder: name }),
              })),
            ]}
            read={orNull}
          />
          {title.kind === 'series' && (
            <NumberDraft
              drafted={drafted}
              field="freeEpisodes"
              label={t('fields.freeEpisodes')}
              description={t('streaming.freeEpisodesHint')}
            />
          )}
          {title.kind === 'movie' && (
            <Switch
              label={t('streaming.freeMovie')}
              checked={drafted.value('freeEpisodes') === 1}
              disabled={!drafted.mayEdit}
              onChange={({ currentTarget }) => drafted.draft.edit('freeEpisodes', currentTarget.checked ? 1 : null)}
            />
          )}
        </SimpleGrid>
        <FreeByOthers title={title} />
        <Text size="xs" c="dimmed">
          {t('streaming.next')}
        </Text>
      </Stack>
    </Section>
  );
}
