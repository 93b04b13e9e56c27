import { Anchor, Badge, Button, Group, Stack, Switch, Text, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { deviceWords } from '../../../kit/devices/device-words.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { consentsKey, decide, useConsents, type Consent } from '../consents/consents.ts';
import type { components } from '../../../../openapi.d.ts';

type PastDecision = components['schemas']['Consents']['history'][number];

/** A document that the account is asked about, and what it decided. */
function Document({ consent }: { readonly consent: Consent }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { document, url, version, isRequired, decision } = consent;
  const isGiven = decision?.given === true && decision.version === version;
  const { isBusy, error, submit } = useSubmission(async () => {
    await decide(consent, !isGiven);
    await queries.invalidateQueries({ queryKey: consentsKey });
  });
  const name = t(`consents.names.${document}`);
  return (
    <Stack component="li" gap={6} className="row">
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div className="row-words">
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {t(`consents.about.${document}`)}
          </Text>
        </div>
        {!isRequired && (
          <Switch
            checked={isGiven}
            onChange={submit}
            disabled={isBusy}
            aria-label={name}
            withThumbIndicator={false}
            size="md"
          />
        )}
        {isRequired && (
          <Badge variant="light" color={isGiven ? 'teal' : 'yellow'} style={{ flexShrink: 0 }}>
            {t(isGiven ? 'consents.given' : 'consents.open')}
          </Badge>
        )}
      </Group>
      <FormProblem error={error} />
      <Text size="sm" c="dimmed">
        <Anchor href={url} target="_blank" rel="noopener" inherit underline="always">
          {t('consents.read', { version })}
          <VisuallyHidden component="span">{t('consents.newWindow')}</VisuallyHidden>
        </Anchor>
        {decision && (
          <>
            {' · '}
            {t(decision.given ? 'consents.givenOn' : 'consents.refusedOn', {
              at: decision.at,
              version: decision.version,
            })}
          </>
        )}
      </Text>
      {isRequired && !isGiven && (
        <Button size="xs" variant="light" loading={isBusy} onClick={submit} className="form-button">
          {t('consents.agree')}
        </Button>
      )}
    </Stack>
  );
}

function Past({ decision: { document, version, given, at, userAgent } }: { readonly decision: PastDecision }) {
  const { t } = useTranslation();
  return (
    <li className="row">
      <Text size="sm">
        {t(given ? 'consents.pastGiven' : 'consents.pastWithdrawn', {
          document: t(`consents.names.${document}`),
          version,
        })}
      </Text>
      <Text size="sm" c="dimmed">
        {t('consents.pastAt', { at, device: deviceWords(userAgent) })}
      </Text>
    </li>
  );
}

/** What the account agreed to, and when; it may think again. */
export function PrivacyPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useConsents();
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.privacy')} />
      {!data && <NotLoaded error={error} onAgain={refetch} />}
      {data && (
        <Section title={t('consents.title')}>
          {data.items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('consents.none')}
            </Text>
          ) : (
            <ul className="rows" aria-label={t('consents.title')}>
              {data.items.map((consent) => (
                <Document key={consent.document} consent={consent} />
              ))}
            </ul>
          )}
        </Section>
      )}
      {data && data.history.length > 0 && (
        <Section title={t('consents.history')}>
          <ul className="rows" aria-label={t('consents.history')}>
            {data.history.map((decision) => (
              <Past key={decision.id} decision={decision} />
            ))}
          </ul>
        </Section>
      )}
    </Stack>
  );
}
