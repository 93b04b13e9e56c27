import { useEffect } from 'react';

const isPicture = ({ kind, type }: DataTransferItem): boolean => kind === 'file' && type.startsWith('image/');

function carriesPictures({ dataTransfer }: DragEvent): boolean {
  const items = [...(dataTransfer?.items ?? [])];
  return items.length > 0 && items.every(isPicture);
}

/**
 * While a page has places for pictures, these take the ones that are dragged over it, and the window does not
 * (`uploads/DropAnywhere.tsx`): that is for videos.
 */
export function usePictureDrops(): void {
  useEffect(() => {
    const keep = (event: DragEvent) => {
      // Places on the page have heard of it by now; what listens on the document has not.
      if (carriesPictures(event)) event.stopPropagation();
    };
    const moves = ['dragenter', 'dragleave'] as const;
    for (const move of moves) document.body.addEventListener(move, keep);
    return () => {
      for (const move of moves) document.body.removeEventListener(move, keep);
    };
  }, []);
}
