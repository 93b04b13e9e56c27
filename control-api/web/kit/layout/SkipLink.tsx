import { useTranslation } from 'react-i18next';

/** Of the page's `<main>`, which needs a `tabIndex` of -1. */
export const contentId = 'content';

/** The first thing of a frame: past what is the same on every page. */
export function SkipLink() {
  const { t } = useTranslation('kit');
  return (
    <a href={`#${contentId}`} className="skip-link">
      {t('frame.skip')}
    </a>
  );
}
