import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { CatalogueNav } from '../catalogue/CatalogueNav.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { TermList } from './TermList.tsx';

/** Those who are in titles, or made them. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const [address, setAddress] = useSearchParams();
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <div>
        <PageHeading title={t('terms.people')} />
        <Text c="dimmed" size="sm">
          {t('terms.peopleLead')}
        </Text>
      </div>
      <TermList
        kind="person"
        mayEdit={account.permissions.includes('titles.edit')}
        search={(address.get('search') ?? '').trim()}
        onSearch={(search, again) => setAddress(search === '' ? {} : { search }, { replace: again })}
      />
    </Stack>
  );
}
