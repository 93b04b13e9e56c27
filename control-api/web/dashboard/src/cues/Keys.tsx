import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const names = ['up', 'down', 'begin', 'finish', 'pause', 'only', 'cut', 'join', 'more'] as const;

/** The keys of the editor, to look up. */
export function Keys() {
  const { t } = useTranslation();
  return (
    <details className="cue-keys">
      <summary>{t('cues.keys')}</summary>
      <ul>
        {names.map((name) => (
          <Text key={name} component="li" size="sm" c="dimmed">
            {t(`cues.keyList.${name}`)}
          </Text>
        ))}
      </ul>
    </details>
  );
}
