import type { Evaluation } from '../../../conversations/api.js';
import type { TypebotRow } from '../../../store/rows.js';
import type { TypebotFields } from '../../../store/accounts/typebots.js';
import type { Configuration } from './schema.js';

/** A configuration in the native dialect: the members VZaps has, and Parley's own. */
export function toConfigurationView(typebot: TypebotRow) {
  return {
    typebot_id: typebot.id,
    instance_id: typebot.instanceId,
    ...toConfiguration(typebot),
    typebot_api_token_set: typebot.hasApiToken,
    last_error: typebot.lastError,
    created_at: typebot.createdAt.toISOString(),
    updated_at: typebot.updatedAt.toISOString(),
  };
}

/** A stored configuration as callers write it. */
export function toConfiguration(typebot: TypebotFields): Configuration {
  const { enabled, publicId, priority, settings } = typebot;
  const {
    description,
    typebot_url,
    typebot_api_url,
    trigger_type,
    trigger_operator,
    trigger_value,
    ...rest
  } = settings;
  return {
    enabled,
    description,
    typebot_url,
    public_id: publicId,
    typebot_api_url,
    trigger_type,
    trigger_operator,
    trigger_value,
    priority,
    ...rest,
  };
}

/** A configuration as it is stored. */
export function fromConfiguration(configuration: Configuration): TypebotFields {
  const { public_id: publicId, enabled, priority, ...settings } = configuration;
  return { publicId, enabled, priority, settings };
}

/** The answer to a trial of the triggers. */
export function toEvaluationView(evaluation: Evaluation) {
  return {
    would_start: evaluation.wouldStart && toBrief(evaluation.wouldStart),
    reason: evaluation.reason,
    session: evaluation.session,
    candidates: evaluation.candidates.map(({ typebot, outcome }) => ({
      ...toBrief(typebot),
      enabled: typebot.enabled,
      trigger_type: typebot.settings.trigger_type,
      trigger_operator: typebot.settings.trigger_operator,
      trigger_value: typebot.settings.trigger_value,
      outcome,
    })),
  };
}

function toBrief(typebot: TypebotRow) {
  return { typebot_id: typebot.id, public_id: typebot.publicId, priority: typebot.priority };
}
