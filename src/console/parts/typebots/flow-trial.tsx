import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useWatch } from 'react-hook-form';
import type { Control } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import type { FlowTrialView } from '../../api/wire.js';
import { useErrorText } from '../states.js';
import type { Settings } from './typebot-fields.js';

interface Flow {
  typebot_url: string;
  public_id: string;
}

/** Asks the viewer whether the flow in the form exists, without saving the form. */
export function FlowTrial({ instance, control }: { instance: string; control: Control<Settings> }) {
  const t = useTranslations('trial');
  const [url = '', id = ''] = useWatch({ control, name: ['typebot_url', 'public_id'] });
  const trial = useMutation({
    mutationFn: (flow: Flow) =>
      call<FlowTrialView>('POST', `/instances/${instance}/typebots/try`, {
        typebot_url: flow.typebot_url,
        ...(flow.public_id !== '' && { public_id: flow.public_id }),
      }),
  });
  const { variables: asked } = trial;
  const isOfThese = asked?.typebot_url === url && asked.public_id === id;
  return (
    <Group gap="sm">
      <Button
        variant="default"
        size="xs"
        disabled={url === ''}
        loading={trial.isPending}
        onClick={() => trial.mutate({ typebot_url: url, public_id: id })}
      >
        {t('try')}
      </Button>
      <div role="status">
        {isOfThese && trial.error && <Refused error={trial.error} />}
        {isOfThese && trial.data && <Said trial={trial.data} />}
      </div>
    </Group>
  );
}

function Refused({ error }: { error: Error }) {
  const errorText = useErrorText();
  return (
    <Text size="sm" c="var(--mantine-color-error)">
      {errorText(error)}
    </Text>
  );
}

function Said({ trial }: { trial: FlowTrialView }) {
  const t = useTranslations('trial');
  const { outcome, public_id: flow, typebot_url: viewer, took_ms: ms, detail } = trial;
  return (
    <>
      <Badge color={outcome === 'found' ? 'green' : 'red'}>{t(outcome, { flow })}</Badge>
      <Text size="sm" c="dimmed">
        {t('asked', { flow, viewer, ms })}
        {detail !== '' && ` · ${detail}`}
      </Text>
    </>
  );
}
