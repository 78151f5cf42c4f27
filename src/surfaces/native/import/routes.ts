import { randomUUID } from 'node:crypto';
import type { EvolutionBots } from '../../../channels/evolution/typebots.js';
import { AppError } from '../../../errors.js';
import type { Principal } from '../../../http/access/auth.js';
import { parseWith } from '../../../http/input/schema.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { insertTypebot, listTypebots } from '../../../store/accounts/typebots.js';
import type { TypebotRow } from '../../../store/rows.js';
import { requireRoom } from '../../quotas.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { readFlow } from '../typebots/public-link.js';
import { newConfigurationSchema } from '../typebots/schema.js';
import type { Configuration } from '../typebots/schema.js';
import { fromConfiguration } from '../typebots/translate.js';
import { importRequestSchema, importSchema, previewRequestSchema } from './schema.js';
import { settingsNotes, toDraft } from './translate.js';
import type { Draft } from './translate.js';

/** Import of typebots from an instance of Evolution API, and its preview. */
export function importRoutes(deps: NativeDeps): Route[] {
  return [previewRoute(deps), importRoute(deps)];
}

const answers = {
  200: { description: 'What becomes of each typebot', schema: importSchema },
  ...nativeErrors(400, 403, 404, 409, 413),
};

function previewRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/import/evolution/preview',
    idempotency: 'none',
    summary: 'Show what an import from Evolution API would create',
    description: 'Reads from Evolution API and stores nothing, neither here nor there.',
    body: previewRequestSchema,
    answers,
    handle: async ({ context: { instanceId }, body }) => {
      const plan = await planOf(deps, instanceId, body);
      return reply(200, { typebots: plan.steps.map(toStep), notes: plan.notes });
    },
  });
}

function importRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'POST',
    path: '/instances/{id}/import/evolution',
    idempotency: 'parts',
    summary: 'Import the typebots of an instance of Evolution API',
    description:
      'Creates all that are new, or none. They are switched off unless `switch_on` is true. Typebots that exist already stay as they are.',
    audit: 'typebots.imported',
    body: importRequestSchema,
    answers,
    handle: async ({ who, context: { instanceId }, body: { switch_on: switchOn, ...place }, once }) => {
      const plan = await planOf(deps, instanceId, place);
      const typebots = await once('store', async () =>
        (await store(deps, { who, instanceId, switchOn }, plan.steps)).map(toStep),
      );
      return reply(200, { typebots, notes: plan.notes });
    },
  });
}

interface Step {
  draft: Draft;
  configuration: Configuration | undefined;
  outcome: 'new' | 'exists' | 'refused';
  error: string | null;
  typebotId: string | null;
}

const REFUSALS = {
  unauthorized: 'Evolution refuses the api_key',
  unknown_instance: 'Evolution knows no such instance',
  not_evolution: 'base_url does not answer as Evolution API',
  unreachable: 'Evolution cannot be reached at base_url',
} satisfies Record<Extract<EvolutionBots, { ok: false }>['reason'], string>;

async function planOf(
  deps: NativeDeps,
  instanceId: string,
  place: { base_url: string; instance: string; api_key: string },
) {
  const { base_url: baseUrl, instance, api_key: apiKey } = place;
  const found = await deps.readEvolution({ baseUrl, instance, apiKey });
  if (!found.ok) throw new AppError('invalid_body', REFUSALS[found.reason]);
  const known = await listTypebots(deps.db, instanceId);
  const drafts = found.bots.map((bot) => toDraft(bot, found.settings));
  const steps = drafts
    .map((draft) => stepOf(deps, known, draft))
    .toSorted((one, other) => priorityOf(other) - priorityOf(one));
  return { steps, notes: settingsNotes(found.settings) };
}

function stepOf(deps: NativeDeps, known: readonly TypebotRow[], draft: Draft): Step {
  const blank = { draft, configuration: undefined, error: null, typebotId: null };
  const read = parseWith(newConfigurationSchema(deps.defaults), draft.configuration);
  if (!read.ok) {
    const [issue] = read.issues;
    return { ...blank, outcome: 'refused', error: `${issue?.path.join('.')} ${issue?.message}` };
  }
  const flow = flowOf(read.value);
  if (typeof flow === 'string') return { ...blank, outcome: 'refused', error: flow };
  const configuration: Configuration = { ...read.value, ...flow };
  const isKnown = known.some(
    ({ publicId, settings }) =>
      publicId === configuration.public_id &&
      settings.typebot_url === configuration.typebot_url &&
      settings.trigger_type === configuration.trigger_type &&
      settings.trigger_value === configuration.trigger_value,
  );
  return { ...blank, configuration, outcome: isKnown ? 'exists' : 'new' };
}

/** The flow's address, or as a text what is wrong with it. */
function flowOf(given: { typebot_url: string; public_id?: string }) {
  try {
    return readFlow(given);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

interface Storing {
  who: Principal;
  instanceId: string;
  switchOn: boolean;
}

async function store(
  deps: NativeDeps,
  { who, instanceId, switchOn }: Storing,
  steps: Step[],
): Promise<Step[]> {
  return deps.db.transaction(async (tx) => {
    const done: Step[] = [];
    for (const step of steps) {
      const { configuration, outcome } = step;
      if (outcome !== 'new' || configuration === undefined) {
        done.push(step);
        continue;
      }
      await requireRoom(tx, deps.quotas, who.workspaceId, 'typebots');
      const made = await insertTypebot(tx, {
        ...fromConfiguration({ ...configuration, enabled: switchOn && configuration.enabled }),
        ...{ id: randomUUID(), workspaceId: who.workspaceId, instanceId },
        codechatIntegration: false,
      });
      done.push({ ...step, typebotId: made.id });
    }
    return done;
  });
}

const priorityOf = ({ draft }: Step) => Number(draft.configuration['priority']);

function toStep({ draft, configuration, outcome, error, typebotId }: Step) {
  const shown = { ...draft.configuration, ...configuration } as Record<string, unknown>;
  const members = ['description', 'typebot_url', 'public_id', 'trigger_type', 'trigger_value', 'priority'];
  return {
    evolution_id: draft.evolutionId,
    typebot_id: typebotId,
    ...Object.fromEntries(members.map((name) => [name, shown[name]])),
    ...{ outcome, error, notes: draft.notes },
  };
}
