import { ActionIcon, Box, Menu } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, formats, languages } from '../messages/i18n.ts';

/** The languages as items of a menu: a choice only where there is one. */
export function LanguageItems() {
  const { t, i18n } = useTranslation('kit');
  const offered = languages();
  if (offered.length < 2) return null;
  return (
    <>
      <Menu.Label>{t('language')}</Menu.Label>
      {offered.map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          leftSection={language === i18n.language ? <IconCheck size={16} /> : <Box w={16} />}
          onClick={() => void chooseLanguage(language)}
        >
          {formats(language).languageName(language)}
        </Menu.Item>
      ))}
    </>
  );
}

/** A menu of languages alone, for those who are not signed in. */
export function LanguageMenu() {
  const { t } = useTranslation('kit');
  if (languages().length < 2) return null;
  return (
    <Menu position="bottom-end" width={220} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('language')} data-testid="languages">
          <IconLanguage size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageItems />
      </Menu.Dropdown>
    </Menu>
  );
}
