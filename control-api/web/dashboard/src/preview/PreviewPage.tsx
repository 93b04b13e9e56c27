import { Anchor, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconMovieOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useTitleTerms } from '../api/terms.ts';
import { useParts, useTitle } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { TitleStateBadge } from '../catalogue/badges.tsx';
import { ToPage } from '../layout/ToPage.tsx';
import { cataloguePages, titlePath } from '../paths.ts';
import { Phone } from './Phone.tsx';

function Loaded({ title }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const { languageName } = formats();
  const [language, setLanguage] = useState(title.originalLanguage);
  const { data: terms = [] } = useTitleTerms(title.id);
  const { data: seasons = [] } = useParts(title.kind === 'series' ? title.id : undefined, 'season');
  const [opened, setOpened] = useState<string>();
  const season = title.kind === 'season' ? title.id : (seasons.find(({ id }) => id === opened) ?? seasons[0])?.id;
  const { data: episodes = [] } = useParts(season, 'episode');
  const text =
    title.texts.find((each) => each.language === language) ??
    title.texts.find((each) => each.language === title.originalLanguage);
  return (
    <Stack gap="lg" align="center">
      <Group justify="center" gap="sm">
        <NativeSelect
          label={t('preview.language')}
          value={language}
          data={title.texts.map(({ language: tag }) => ({ value: tag, label: languageName(tag) ?? tag }))}
          onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
        />
      </Group>
      {text && (
        <Phone
          title={title}
          text={text}
          terms={terms}
          seasons={seasons}
          season={season}
          onSeason={setOpened}
          episodes={episodes}
        />
      )}
    </Stack>
  );
}

/** How viewers see a title on a phone, whether it is published or not. */
export function PreviewPage() {
  const { t } = useTranslation();
  const { titleId = '' } = useParams();
  const { data: title, error } = useTitle(titleId);
  if (error)
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('title.gone')}
        text={t('title.goneText')}
        toDo={<ToPage path={cataloguePages.titles} name="catalogue" />}
        data-testid="title-missing"
      />
    );
  return (
    <Stack gap="lg">
      <div>
        <Anchor component={Link} to={titlePath(titleId)} size="sm" className="back" w="fit-content">
          <Group gap={4} component="span" display="inline-flex" wrap="nowrap">
            <IconArrowLeft size={16} className="toward-start" aria-hidden />
            <bdi>{title?.name ?? t('catalogue.title')}</bdi>
          </Group>
        </Anchor>
        <Group gap="sm" mt={4}>
          <PageHeading title={t('preview.title')} />
          {title && <TitleStateBadge state={title.state} />}
        </Group>
        <Text c="dimmed" size="sm">
          {t('preview.lead')}
        </Text>
      </div>
      {title ? <Loaded key={title.id} title={title} /> : <Skeleton height={600} radius="lg" />}
    </Stack>
  );
}
