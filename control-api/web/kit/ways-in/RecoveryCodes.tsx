import { Button, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../forms/FormProblem.tsx';
import { useSubmission } from '../forms/use-submission.ts';

/** Gives the browser a text to keep as a file. */
function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Recovery codes, which are shown once: to be copied, kept as a file, or written down. */
export function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const { t } = useTranslation('kit');
  const [isCopied, setIsCopied] = useState(false);
  const text = [t('recoveryCodes.fileHead'), '', ...codes, ''].join('\n');
  const copying = useSubmission(async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  });
  return (
    <Stack gap="md">
      <Text size="sm">{t('recoveryCodes.text')}</Text>
      <FormProblem error={copying.error} />
      <ul className="recovery-codes" aria-label={t('recoveryCodes.title')} dir="ltr">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="recovery-actions">
        {/* Only secure pages may write to the clipboard. */}
        {'clipboard' in navigator && (
          <Button
            variant="default"
            leftSection={isCopied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            onClick={copying.submit}
          >
            <span role="status">{isCopied ? t('recoveryCodes.copied') : t('recoveryCodes.copy')}</span>
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => download(t('recoveryCodes.fileName'), text)}
        >
          {t('recoveryCodes.download')}
        </Button>
      </div>
      <Button onClick={onKept}>{t('recoveryCodes.kept')}</Button>
    </Stack>
  );
}
