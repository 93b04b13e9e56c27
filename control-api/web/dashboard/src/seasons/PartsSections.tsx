import { Anchor, Stack, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Section } from '../../../kit/layout/Section.tsx';
import { useParts, useTitle } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { titlePath } from '../paths.ts';
import { PartList } from './PartList.tsx';

interface Props {
  readonly title: CatalogueTitle;
  readonly mayEdit: boolean;
  readonly mayPublish: boolean;
}

/** The episodes of a season. */
function Episodes({ seasonId, ...may }: Omit<Props, 'title'> & { readonly seasonId: string }) {
  const { t } = useTranslation();
  const { data: season } = useTitle(seasonId);
  if (!season) return null;
  return (
    <Stack gap="sm">
      <Anchor component={Link} to={titlePath(season.id)} size="sm" className="back" w="fit-content">
        {t('parts.toSeason', { name: season.name })}
      </Anchor>
      <PartList parent={season} kind="episode" {...may} />
    </Stack>
  );
}

/** The seasons of a series, and the episodes of one of them. */
function Seasons({ title, ...may }: Props) {
  const { t } = useTranslation();
  const { data: seasons = [] } = useParts(title.id, 'season');
  const [opened, setOpened] = useState<string>();
  const shown = seasons.find(({ id }) => id === opened) ?? seasons[0];
  return (
    <>
      <Section title={t('parts.title.season')}>
        <PartList parent={title} kind="season" {...may} />
      </Section>
      {shown && (
        <Section title={t('parts.title.episode')}>
          <Tabs value={shown.id} onChange={(id) => setOpened(id ?? undefined)} keepMounted={false}>
            {seasons.length > 1 && (
              <Tabs.List aria-label={t('parts.title.season')} mb="md">
                {seasons.map(({ id, number }) => (
                  <Tabs.Tab key={id} value={id}>
                    {t('parts.season', { number: number ?? 0 })}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
            )}
            {seasons.length > 1 ? (
              seasons.map(({ id }) => (
                <Tabs.Panel key={id} value={id}>
                  <Episodes seasonId={id} {...may} />
                </Tabs.Panel>
              ))
            ) : (
              <Episodes seasonId={shown.id} {...may} />
            )}
          </Tabs>
        </Section>
      )}
    </>
  );
}

/** What is a part of a title, and what it holds together. */
export function PartsSections(props: Props) {
  const { t } = useTranslation();
  const { kind } = props.title;
  const { title, ...may } = props;
  if (kind === 'season')
    return (
      <Section title={t('parts.title.episode')}>
        <PartList parent={title} kind="episode" {...may} />
      </Section>
    );
  if (kind !== 'series' && kind !== 'movie') return null;
  return (
    <>
      {kind === 'series' && <Seasons {...props} />}
      {(['trailer', 'extra'] as const).map((each) => (
        <Section key={each} title={t(`parts.title.${each}`)}>
          <PartList parent={title} kind={each} {...may} />
        </Section>
      ))}
    </>
  );
}
