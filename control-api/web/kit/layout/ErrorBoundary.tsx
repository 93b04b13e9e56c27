import { Alert, Button, Center, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

function Crash({ isWholePage }: { readonly isWholePage: boolean }) {
  const { t } = useTranslation('kit');
  return (
    <Center component={isWholePage ? 'main' : 'div'} mih="60dvh" p="md">
      <Alert
        color="red"
        icon={<IconAlertCircle size={18} />}
        title={t('crash.title')}
        role="alert"
        radius="lg"
        maw={460}
        data-testid="crash"
      >
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{t('crash.text')}</Text>
          <Button
            size="xs"
            color="red"
            variant="light"
            leftSection={<IconRefresh size={16} />}
            onClick={() => location.reload()}
          >
            {t('crash.reload')}
          </Button>
        </Stack>
      </Alert>
    </Center>
  );
}

interface Props {
  /** Whether there is no frame around what is inside. */
  readonly isWholePage?: boolean;
  readonly children: ReactNode;
}

/**
 * Shows that a part of the page has broken instead of an empty page: an error while rendering, or a part of the app
 * that cannot be loaded any more because the server was updated meanwhile. React writes the error to the console.
 */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Crash isWholePage={this.props.isWholePage ?? false} /> : this.props.children;
  }
}
