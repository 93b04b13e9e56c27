import { Title, type TitleProps } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props extends Omit<TitleProps, 'children' | 'className' | 'title'> {
  /** What the page is called: in the heading, unless there is something else in it, and in the window's title. */
  readonly title: string;
  readonly children?: ReactNode;
  readonly className?: string;
}

/** Whether a page was shown before. The first one is where the browser begins to read by itself. */
let hasArrived = false;

const isTypedIn = (element: Element | null) =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;

/**
 * The heading of a page, which names the window, too. When the page replaces another one the heading gets the focus:
 * otherwise a keyboard would begin anew at the top, and a screen reader would say nothing. Who types already is left
 * alone. Render it with the page's first picture, not when data have come.
 */
export function PageHeading({ title, children = title, className = '', ...look }: Props) {
  const { t } = useTranslation('kit');
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(t('pageTitle', { page: title }));
  useEffect(() => {
    if (hasArrived && !isTypedIn(document.activeElement)) heading.current?.focus();
    hasArrived = true;
  }, []);
  return (
    <Title order={1} ref={heading} tabIndex={-1} className={`page-heading ${className}`} {...look}>
      {children}
    </Title>
  );
}
