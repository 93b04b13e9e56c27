import { DirectionProvider, useDirection } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { i18n } from '../messages/i18n.ts';
import { directionOf } from '../messages/languages.ts';

function Direction({ children }: { readonly children: ReactNode }) {
  const { i18n: current } = useTranslation('kit');
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(current.language)), [current.language, setDirection]);
  return children;
}

/** Texts for what is inside, and the direction in which the language is written. */
export function MessagesProvider({ children }: { readonly children: ReactNode }) {
  return (
    <I18nextProvider i18n={i18n}>
      <DirectionProvider initialDirection={directionOf(i18n.language)} detectDirection={false}>
        <Direction>{children}</Direction>
      </DirectionProvider>
    </I18nextProvider>
  );
}
