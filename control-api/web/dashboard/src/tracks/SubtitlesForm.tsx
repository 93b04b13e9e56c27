import { Button, Checkbox, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FormActions } from '../../../kit/forms/FormActions.tsx';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { TranslatedError } from '../../../kit/api/problem.ts';
import { i18n } from '../../../kit/messages/i18n.ts';
import { mostFileBytes, type NewSubtitles } from '../api/tracks.ts';
import type { Subtitles } from '../api/types.ts';
import { lastLanguage, rememberLanguage } from '../catalogue/languages.ts';
import { LanguageField } from '../catalogue/LanguageField.tsx';

const labelCharacters = 100;
const fileTypes = '.srt,.vtt,.ass,.ssa,.ttml,.dfxp,.xml,.txt';

interface Props {
  /** Undefined: new ones are made. */
  readonly subtitles?: Subtitles | undefined;
  /** One that was dropped already. */
  readonly dropped?: File | undefined;
  readonly onSend: (given: Required<NewSubtitles>, file: File | undefined) => Promise<unknown>;
  readonly onClose?: (() => void) | undefined;
}

/** Language and kind of subtitles, and the file of new ones. */
export function SubtitlesForm({ subtitles, dropped, onSend, onClose }: Props) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState(subtitles?.language ?? lastLanguage());
  const [label, setLabel] = useState(subtitles?.label ?? '');
  const [isForced, setIsForced] = useState(subtitles?.isForced ?? false);
  const [isSdh, setIsSdh] = useState(subtitles?.isSdh ?? false);
  const [file, setFile] = useState(dropped);
  const isNew = subtitles === undefined;
  const { isBusy, error, submit, forget } = useSubmission(async () => {
    if (file && file.size > mostFileBytes)
      throw new TranslatedError('too large', () => i18n.t('newSubtitles.tooLarge', { ns: 'dashboard' }));
    await onSend({ language, label: label.trim() || null, isForced, isSdh, isOn: subtitles?.isOn ?? true }, file);
    rememberLanguage(language);
    setFile(undefined);
    setLabel('');
  });
  const choose = (chosen: File | null | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    forget();
  };
  useEffect(() => choose(dropped), [dropped]);
  return (
    <form onSubmit={(event: SyntheticEvent) => submit(event)} data-testid="subtitles-form">
      <Stack gap="md">
        {isNew && (
          <Group gap="sm">
            <FileButton
              onChange={choose}
              accept={fileTypes}
              inputProps={{ 'aria-label': t('newSubtitles.file') }}
              key={file?.name ?? ''}
            >
              {(props) => (
                <Button variant="default" leftSection={<IconFileText size={18} />} {...props}>
                  {t('newSubtitles.choose')}
                </Button>
              )}
            </FileButton>
            <Text size="sm" c="dimmed" className="break-anywhere" data-testid="chosen-file">
              {file ? t('newSubtitles.chosen', { name: file.name }) : t('newSubtitles.without')}
            </Text>
          </Group>
        )}
        <LanguageField label={t('newSubtitles.language')} value={language} onLanguage={setLanguage} />
        <TextInput
          label={t('newSubtitles.label')}
          description={t('newSubtitles.labelHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          name="label"
          autoComplete="off"
          maxLength={labelCharacters}
          value={label}
          onChange={({ currentTarget }) => setLabel(currentTarget.value)}
        />
        <Checkbox
          label={t('newSubtitles.isForced')}
          checked={isForced}
          onChange={({ currentTarget }) => setIsForced(currentTarget.checked)}
        />
        <Checkbox
          label={t('newSubtitles.isSdh')}
          checked={isSdh}
          onChange={({ currentTarget }) => setIsSdh(currentTarget.checked)}
        />
        <FormProblem error={error} data-testid="subtitles-problem" />
        <FormActions
          submit={t(isNew ? (file ? 'newSubtitles.add' : 'newSubtitles.addEmpty') : 'newSubtitles.save')}
          isBusy={isBusy}
          isInDialog
          giveUp={onClose && { words: t('tracks.keep'), onClick: onClose }}
        />
      </Stack>
    </form>
  );
}
