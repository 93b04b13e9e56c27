import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { cataloguePages } from '../paths.ts';

/** The pages of the catalogue, above each of them. */
export function CatalogueNav() {
  const { t } = useTranslation();
  return (
    <Group component="nav" gap={4} aria-label={t('catalogue.pages')} className="subpages">
      {Object.entries(cataloguePages).map(([name, path]) => (
        <NavLink key={path} to={path} end className="navigation-link">
          {t(`catalogue.pageNames.${name as keyof typeof cataloguePages}`)}
        </NavLink>
      ))}
    </Group>
  );
}
