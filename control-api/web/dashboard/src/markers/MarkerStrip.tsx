import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { Drafted } from '../title/use-draft.ts';
import { markerKinds, spanOf, timeText } from './marker-times.ts';
import './markers.css';

interface Props {
  readonly drafted: Drafted;
  /** How long the video is, in milliseconds. */
  readonly durationMs: number;
  /** Where the video is, in milliseconds. */
  readonly positionMs: number | undefined;
}

/** The length of the video, with its markers. */
export function MarkerStrip({ drafted, durationMs, positionMs }: Props) {
  const { t } = useTranslation();
  const share = (milliseconds: number) => `${(Math.min(durationMs, milliseconds) / durationMs) * 100}%`;
  const parts = markerKinds.flatMap((kind) => {
    const span = spanOf(drafted.value(`marker.${kind}`));
    return span && span.startMs < span.endMs && span.startMs < durationMs ? { kind, ...span } : [];
  });
  const words = parts.map(({ kind, startMs, endMs }) =>
    t('markers.stripPart', { kind: t(`markers.kinds.${kind}`), start: timeText(startMs), end: timeText(endMs) }),
  );
  return (
    <div
      className="marker-strip"
      role="img"
      aria-label={formats().list([t('markers.strip'), ...words])}
      data-testid="marker-strip"
    >
      {parts.map(({ kind, startMs, endMs }) => (
        <span
          key={kind}
          className="marker-part"
          data-kind={kind}
          style={{ insetInlineStart: share(startMs), width: share(Math.min(durationMs, endMs) - startMs) }}
        />
      ))}
      {positionMs !== undefined && <span className="marker-position" style={{ insetInlineStart: share(positionMs) }} />}
    </div>
  );
}
