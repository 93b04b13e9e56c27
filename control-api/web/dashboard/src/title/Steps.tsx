import { Button, Group, Switch } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconEyeOff, IconPencil, IconSend, IconWorldUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { stepTitles } from '../api/titles.ts';
import type { CatalogueTitle, TitleStep } from '../api/types.ts';

export const stepIcons = {
  submit: IconSend,
  reject: IconArrowBackUp,
  approve: IconCheck,
  reopen: IconPencil,
  publish: IconWorldUpload,
  withdraw: IconEyeOff,
} as const;
/** What viewers would notice, or colleagues: it is asked for first. */
const asked = ['publish', 'withdraw', 'reject'] as const satisfies readonly TitleStep[];
type Asked = (typeof asked)[number];
const isAsked = (step: TitleStep): step is Asked => (asked as readonly TitleStep[]).includes(step);

interface Props {
  readonly title: CatalogueTitle;
  /** Ids of parts of it that are not published. */
  readonly unpublished: readonly string[];
}

/** What can be done about the state of a title now. */
export function Steps({ title, unpublished }: Props) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Asked>();
  const [busy, setBusy] = useState<TitleStep>();
  const [withParts, setWithParts] = useState(true);
  const also = withParts ? unpublished : [];

  async function run(step: TitleStep) {
    setBusy(step);
    try {
      await stepTitles(step, [title.id]);
    } catch (error) {
      tellFailed(t('steps.failed'), error);
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <Group gap="xs">
      {title.steps.map((step) => {
        const Icon = stepIcons[step];
        return (
          <Button
            key={step}
            variant={step === 'publish' ? 'filled' : 'default'}
            leftSection={<Icon size={18} />}
            loading={busy === step}
            onClick={() => (isAsked(step) ? setQuestion(step) : void run(step))}
          >
            {t(`steps.${step}`)}
          </Button>
        );
      })}
      {asked.map((step) => (
        <ConfirmDialog
          key={step}
          opened={question === step}
          title={t(`steps.ask.${step}`)}
          action={t(`steps.${step}`)}
          keep={t('catalogue.leave')}
          color={step === 'publish' ? 'brand' : 'red'}
          onClose={() => setQuestion(undefined)}
          onConfirm={async () => stepTitles(step, [title.id, ...(step === 'publish' ? also : [])])}
        >
          {t(`steps.means.${step}`)}
          {step === 'publish' && unpublished.length > 0 && (
            <Switch
              mt="md"
              label={t('steps.withParts', { count: unpublished.length })}
              checked={withParts}
              onChange={({ currentTarget }) => setWithParts(currentTarget.checked)}
            />
          )}
        </ConfirmDialog>
      ))}
    </Group>
  );
}
