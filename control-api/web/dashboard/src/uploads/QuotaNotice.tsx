import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { quotaChanged, useUploadQuota } from '../api/upload-quota.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { nearLimits } from './quota.ts';
import { useUploads } from './uploads.ts';

/** How much may still be uploaded, where that is little; nothing otherwise. */
export function QuotaNotice() {
  const { t } = useTranslation();
  const { data } = useUploadQuota();
  const { entries, unfinished } = useUploads();
  const states = `${entries.map(({ state }) => state).join(' ')} ${unfinished.length}`;
  useEffect(quotaChanged, [states]);
  const near = data ? nearLimits(data) : [];
  if (!data || near.length === 0) return null;
  const isOfDay = near.some(({ kind }) => kind === 'begun' || kind === 'begunBytes');
  return (
    <Notice
      title={t(near.some(({ left }) => left === 0) ? 'uploads.quota.usedUp' : 'uploads.quota.near')}
      says={[
        ...near.map(({ kind, left, limit }) => t(`uploads.quota.${kind}`, { left, limit })),
        ...(isOfDay && data.freesAt !== null ? [t('uploads.quota.freesAt', { at: data.freesAt })] : []),
      ]}
      data-testid="quota"
    />
  );
}
