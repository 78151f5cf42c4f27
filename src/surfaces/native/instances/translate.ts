import type { Channel, ChannelContext, WebhookAdvice } from '../../../channels/channel.js';
import type { InstanceRow } from '../../../store/rows.js';

/** The instance object. `webhook` differs between the creating and every later answer. */
export function toInstanceView<Webhook>(instance: InstanceRow, webhook: Webhook) {
  return {
    id: instance.id,
    name: instance.name,
    phone: instance.phone,
    status: instance.status,
    integration_id: instance.integrationId,
    channel: { type: instance.channelType },
    webhook,
    created_at: instance.createdAt.toISOString(),
    updated_at: instance.updatedAt.toISOString(),
  };
}

/** The webhook address with `***` for the secret, as shown ever after. */
export function maskedWebhook(connection: { channel: Channel; context: ChannelContext }): { url: string } {
  const { webhookUrl } = connection.context;
  const { url } = connection.channel.advice(connection.context);
  return { url: url.startsWith(`${webhookUrl}/`) ? `${webhookUrl}/***` : url };
}

/** What the operator must set at the provider. */
export function toAdviceView(advice: WebhookAdvice, registered: boolean): WebhookAdvice {
  return { ...advice, registered };
}
