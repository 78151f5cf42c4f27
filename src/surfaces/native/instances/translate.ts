import type { Channel, ChannelContext, WebhookAdvice } from '../../../channels/channel.js';
import type { InstanceRow } from '../../../store/rows.js';

/** An instance as answers show it. Only the answer that creates it has a full `webhook`. */
export function toInstanceView<Webhook>(instance: InstanceRow, webhook: Webhook) {
  return {
    id: instance.id,
    name: instance.name,
    phone: instance.phone,
    status: instance.status,
    integration_id: instance.integrationId,
    silenced_at: instance.silencedAt?.toISOString() ?? null,
    alarm_after_hours: instance.alarmAfterHours,
    channel: { type: instance.channelType },
    webhook,
    created_at: instance.createdAt.toISOString(),
    updated_at: instance.updatedAt.toISOString(),
  };
}

/** The webhook's address with `***` in place of the secret, for every later answer. */
export function maskedWebhook(connection: { channel: Channel; context: ChannelContext }): { url: string } {
  const { webhookUrl } = connection.context;
  const { url } = connection.channel.advice(connection.context);
  return { url: url.startsWith(`${webhookUrl}/`) ? `${webhookUrl}/***` : url };
}

/** What the operator must set at the provider. */
export function toAdviceView(advice: WebhookAdvice, registered: boolean): WebhookAdvice {
  return { ...advice, registered };
}

const HOUR_MS = 3_600_000;

/** Whether a number has had no event from its provider for longer than its alarm allows. */
export function isQuiet(
  {
    alarmAfterHours,
    lastInboundAt,
    createdAt,
  }: Pick<InstanceRow, 'alarmAfterHours' | 'lastInboundAt' | 'createdAt'>,
  nowMs: number,
): boolean {
  return alarmAfterHours > 0 && nowMs > (lastInboundAt ?? createdAt).getTime() + alarmAfterHours * HOUR_MS;
}
