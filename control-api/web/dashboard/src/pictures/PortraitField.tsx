import { Button, Stack, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { putPortrait } from '../api/pictures.ts';
import type { Term } from '../api/types.ts';
import { PictureDialog, type PictureSource } from './PictureDialog.tsx';
import { PictureSlot } from './PictureSlot.tsx';
import { usePictureDrops } from './use-picture-drops.ts';

/** The portrait of a person. It is changed at once, not with what else is said of them. */
export function PortraitField({ person }: { readonly person: Term }) {
  const { t } = useTranslation();
  usePictureDrops();
  const [source, setSource] = useState<PictureSource>();
  const [before, setBefore] = useState<readonly (string | null)[]>([]);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const put = async (portrait: string | null) => {
    const was = person.portraitId ?? null;
    await putPortrait(person, portrait);
    setBefore([...before, was]);
  };
  const trying = async (work: () => Promise<unknown>) => {
    setIsBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  const last = before.at(-1);
  return (
    <Stack gap="xs">
      <PictureSlot
        kind="portrait"
        picture={person.portrait}
        of={person.name}
        isOwn={person.portrait !== undefined}
        says={
          person.portrait
            ? t('pictures.largest', { width: person.portrait.width, height: person.portrait.height })
            : t('pictures.noneYet')
        }
        mayEdit={!isBusy}
        width={96}
        onFile={(file) => setSource({ file })}
        onRemove={() => void trying(async () => put(null))}
      />
      {last !== undefined && (
        <Button
          size="xs"
          variant="default"
          w="fit-content"
          leftSection={<IconArrowBackUp size={16} className="toward-start" />}
          loading={isBusy}
          onClick={() =>
            void trying(async () => {
              await putPortrait(person, last);
              setBefore(before.slice(0, -1));
            })
          }
        >
          {t('pictures.undo')}
        </Button>
      )}
      <FormProblem error={error} />
      <PictureDialog
        kind="portrait"
        source={source}
        onMade={async ({ id }) => put(id)}
        onClose={() => setSource(undefined)}
      />
      <Text size="xs" c="dimmed">
        {t('pictures.portraitAtOnce')}
      </Text>
    </Stack>
  );
}
