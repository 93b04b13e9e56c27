import { Group, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

/** The mark with its name; `nameFrom`: the width of the window from which there is room for the name. */
export function Brand({ size = 30, nameFrom }: { readonly size?: number; readonly nameFrom?: 'sm' }) {
  const gradient = useId();
  const { t } = useTranslation('kit');
  return (
    <Group gap={10} wrap="nowrap">
      <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
        <defs>
          <linearGradient id={gradient} x1="0" y1="0" x2="1" y2="1">
            <stop offset="0" stopColor="#8b5cf6" />
            <stop offset="1" stopColor="#e0457b" />
          </linearGradient>
        </defs>
        <rect width="64" height="64" rx="16" fill={`url(#${gradient})`} />
        <path
          d="M25 19.5v25a2.2 2.2 0 0 0 3.4 1.9l19.2-12.5a2.2 2.2 0 0 0 0-3.8L28.4 17.6A2.2 2.2 0 0 0 25 19.5Z"
          fill="#fff"
        />
        <rect x="15" y="18" width="5" height="28" rx="2.5" fill="#fff" opacity=".75" />
      </svg>
      <Text
        component="span"
        fw={750}
        {...(nameFrom && { visibleFrom: nameFrom })}
        fz={size * 0.63}
        lh={1}
        style={{ letterSpacing: '-0.02em' }}
      >
        {t('appName')}
      </Text>
    </Group>
  );
}
