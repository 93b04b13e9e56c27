import { ActionIcon, Anchor, Group, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { putFeatured, useFeatured } from '../api/home.ts';
import { useTitleSearch } from '../api/titles.ts';
import { KindBadge, TitleStateBadge } from '../catalogue/badges.tsx';
import { CatalogueNav } from '../catalogue/CatalogueNav.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { SortableList } from '../layout/SortableList.tsx';
import { titlePath } from '../paths.ts';

const searchMs = 250;
/** The most that the API takes. */
const mostFeatured = 50;

function Add({ without, onAdd }: { readonly without: readonly string[]; readonly onAdd: (id: string) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), searchMs);
  const [isOpen, setIsOpen] = useState(false);
  const { data = [] } = useTitleSearch(wanted, isOpen);
  return (
    <Select
      label={t('featured.add')}
      placeholder={t('titleTerms.search')}
      searchable
      value={null}
      searchValue={search}
      onSearchChange={setSearch}
      onDropdownOpen={() => setIsOpen(true)}
      filter={({ options }) => options}
      data={data.filter(({ id }) => !without.includes(id)).map(({ id, name }) => ({ value: id, label: name }))}
      nothingFoundMessage={t('catalogue.emptyFilter')}
      onChange={(id) => {
        setSearch('');
        if (id !== null) onAdd(id);
      }}
    />
  );
}

/** What comes first on the home page of the viewers. */
export function FeaturedPage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const { data: ids = [], titles, isWhole, error, refetch } = useFeatured();
  const mayPublish = account.permissions.includes('titles.publish');
  async function put(next: readonly string[]) {
    try {
      await putFeatured(next);
    } catch (thrown) {
      tellFailed(t('featured.failed'), thrown);
    }
  }
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <div>
        <PageHeading title={t('featured.title')} />
        <Text c="dimmed" size="sm">
          {t('featured.lead')}
        </Text>
      </div>
      <Section title={t('featured.first')}>
        {isWhole ? (
          <Stack gap="md">
            {titles.length === 0 && (
              <Text size="sm" c="dimmed" data-testid="featured-none">
                {t('featured.none')}
              </Text>
            )}
            <SortableList
              label={t('featured.first')}
              items={titles}
              nameOf={({ name }) => name}
              onOrder={mayPublish && titles.length > 1 ? (next) => void put(next.map(({ id }) => id)) : undefined}
              data-testid="featured"
            >
              {(title) => (
                <Group justify="space-between" gap="sm" wrap="nowrap">
                  <Group gap="xs" className="row-words">
                    <Anchor component={Link} to={titlePath(title.id)} size="sm" className="plain-link break-anywhere">
                      <bdi>{title.name}</bdi>
                    </Anchor>
                    <KindBadge kind={title.kind} />
                    <TitleStateBadge state={title.state} />
                  </Group>
                  {mayPublish && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size="lg"
                      aria-label={t('titleTerms.remove', { name: title.name })}
                      onClick={() => void put(ids.filter((id) => id !== title.id))}
                    >
                      <IconX size={18} />
                    </ActionIcon>
                  )}
                </Group>
              )}
            </SortableList>
            {mayPublish && ids.length < mostFeatured && <Add without={ids} onAdd={(id) => void put([...ids, id])} />}
          </Stack>
        ) : (
          <NotLoaded error={error} onAgain={refetch} />
        )}
      </Section>
    </Stack>
  );
}
