import { Text } from '@mantine/core';
import type { Instance } from '../../api/wire.js';
import { CheckButton } from './check-button.js';
import { NumberSettingsButton } from './number-settings.js';
import { PanicSwitch } from './panic-switch.js';

/** Causes of silence that concern a whole number, and which numbers they concern. */
const IS_CONCERNED = {
  credentials: ({ status }: Instance) => status === 'auth_failed',
  channel: ({ status }: Instance) => status === 'disconnected' || status === 'logged_out',
  silenced: ({ silenced_at: since }: Instance) => since !== null,
} as const;
/** One of these causes. */
export type NumberCause = keyof typeof IS_CONCERNED;

/** The numbers that are silent for this cause; none for a cause that concerns conversations one by one. */
export function numbersWith(cause: string, instances: readonly Instance[]): readonly Instance[] {
  return isNumberCause(cause) ? instances.filter(IS_CONCERNED[cause]) : [];
}

/** Whether a cause concerns a whole number. */
export function isNumberCause(cause: string): cause is NumberCause {
  return Object.hasOwn(IS_CONCERNED, cause);
}

/** Numbers that are silent for the same cause, each with the button that helps. */
export function NumbersInNeed({ cause, numbers }: { cause: NumberCause; numbers: readonly Instance[] }) {
  return numbers.map((instance) => (
    <div key={instance.id} className="in-need">
      <Text size="sm" fw={600}>
        {instance.name}
      </Text>
      {cause === 'credentials' && <NumberSettingsButton instance={instance} renews />}
      {cause === 'channel' && <CheckButton instance={instance} />}
      {cause === 'silenced' && <PanicSwitch instance={instance} />}
    </div>
  ));
}
