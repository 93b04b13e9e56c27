import { Anchor, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { putTitlePicture, useTitlePictures, type PicturePlace } from '../api/pictures.ts';
import { useTitle } from '../api/titles.ts';
import type { CatalogueTitle, TitlePicture, TitlePictureKind } from '../api/types.ts';
import { titlePath } from '../paths.ts';
import { PictureDialog, type PictureSource } from './PictureDialog.tsx';
import { PictureSlot } from './PictureSlot.tsx';
import { titlePictureKinds } from './shapes.ts';
import { usePictureDrops } from './use-picture-drops.ts';

/** How wide each is shown: of about one height. */
const widths: Readonly<Record<TitlePictureKind, number>> = { poster: 128, cover: 108, banner: 320 };

/** Where a picture is from that is not the title's own. */
function From({ titleId }: { readonly titleId: string }) {
  const { t } = useTranslation();
  const { data: title } = useTitle(titleId);
  if (!title) return null;
  return (
    <Anchor component={Link} to={titlePath(titleId)} size="xs" className="back">
      {t(`pictures.from.${title.kind === 'season' || title.kind === 'movie' ? title.kind : 'series'}`)}
    </Anchor>
  );
}

interface Props {
  readonly title: CatalogueTitle;
  readonly mayEdit: boolean;
}

/** The pictures of a title: of each kind its own, or the one that it shows of what it is a part of. */
export function PicturesSection({ title, mayEdit }: Props) {
  const { t } = useTranslation();
  const { languageName } = formats();
  usePictureDrops();
  const { data, error, refetch } = useTitlePictures(title.id);
  const [language, setLanguage] = useState<string | null>(null);
  const [making, setMaking] = useState<{ readonly kind: TitlePictureKind; readonly source: PictureSource }>();
  /** What was where before, the last change last. */
  const [before, setBefore] = useState<readonly (PicturePlace & { readonly id: string | null })[]>([]);
  const [isBusy, setIsBusy] = useState(false);

  const put = async (place: PicturePlace, id: string | null) => {
    const was = await putTitlePicture(title.id, place, id);
    setBefore([...before, { ...place, id: was }]);
  };
  const trying = async (work: () => Promise<unknown>) => {
    setIsBusy(true);
    try {
      await work();
    } catch (thrown) {
      tellFailed(t('pictures.notSaved'), thrown);
    } finally {
      setIsBusy(false);
    }
  };
  const undo = async () => {
    const last = before.at(-1);
    if (!last) return;
    await putTitlePicture(title.id, last, last.id);
    setBefore(before.slice(0, -1));
  };

  const languages = [
    ...new Set([
      ...title.texts.map((text) => text.language),
      ...(data?.items ?? []).flatMap((each) => each.language ?? []),
    ]),
  ];
  const at = (pictures: readonly TitlePicture[] | undefined, kind: TitlePictureKind, of: string | null) =>
    pictures?.find((each) => each.kind === kind && each.language === of);
  return (
    <Section
      title={t('pictures.title')}
      aside={
        before.length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={16} className="toward-start" />}
            loading={isBusy}
            onClick={() => void trying(undo)}
          >
            {t('pictures.undo')}
          </Button>
        )
      }
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t(title.state === 'published' ? 'pictures.lead' : 'pictures.leadUnreleased')}
        </Text>
        {languages.length > 1 && (
          <NativeSelect
            label={t('pictures.for')}
            value={language ?? ''}
            data={[
              { value: '', label: t('pictures.everybody') },
              ...languages.map((tag) => ({ value: tag, label: languageName(tag) ?? tag })),
            ]}
            onChange={({ currentTarget: { value } }) => setLanguage(value === '' ? null : value)}
          />
        )}
        {!data && <NotLoaded error={error} onAgain={refetch} />}
        {data && (
          <Group gap="lg" align="flex-start">
            {titlePictureKinds.map((kind) => {
              const own = at(data.items, kind, language);
              const instead = own ?? at(data.items, kind, null) ?? data.inherited.find((each) => each.kind === kind);
              return (
                <PictureSlot
                  key={kind}
                  kind={kind}
                  picture={instead?.picture}
                  of={title.name}
                  isOwn={own !== undefined}
                  says={
                    own ? (
                      t('pictures.largest', { width: own.picture.width, height: own.picture.height })
                    ) : instead && instead.titleId !== title.id ? (
                      <From titleId={instead.titleId} />
                    ) : (
                      t(instead ? 'pictures.asEverybody' : 'pictures.noneYet')
                    )
                  }
                  mayEdit={mayEdit && !isBusy}
                  width={widths[kind]}
                  onFile={(file) => setMaking({ kind, source: { file } })}
                  onFrames={() => setMaking({ kind, source: { framesOf: title.id } })}
                  onRemove={() => void trying(async () => put({ kind, language }, null))}
                />
              );
            })}
          </Group>
        )}
      </Stack>
      <PictureDialog
        kind={making?.kind ?? 'poster'}
        source={making?.source}
        onMade={async ({ id }) => {
          if (making) await put({ kind: making.kind, language }, id);
        }}
        onClose={() => setMaking(undefined)}
      />
    </Section>
  );
}
