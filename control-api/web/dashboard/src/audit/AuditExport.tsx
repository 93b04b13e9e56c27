import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exportAudit, type ExportFormat } from '../api/audit.ts';
import { tellFailed } from '../../../kit/layout/notify.ts';
import type { AuditFilter } from './filter.ts';

const formats: readonly ExportFormat[] = ['csv', 'jsonl'];

/** Has the browser keep a file, as it keeps what a link leads to. */
function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Saves what fits the filter as a file. */
export function AuditExport({ filter }: { readonly filter: AuditFilter }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);

  async function start(format: ExportFormat) {
    setBusy(true);
    try {
      const { content, name } = await exportAudit(filter, format);
      save(content, name);
    } catch (error) {
      tellFailed(t('audit.notExported'), error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Menu position="bottom-end" width={280} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />} loading={busy}>
          {t('audit.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('audit.exportHint')}</Menu.Label>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => void start(format)}>
            {t(`audit.exportAs.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
