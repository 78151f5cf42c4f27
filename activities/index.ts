import { Context } from '@temporalio/activity';
import type {
  ChangeRequest,
  ConversationNeeds,
  EndingNeeds,
  MediaNeeds,
  OutgoingNeeds,
  UpkeepNeeds,
} from '../workflows/needs.js';
import type { Snapshot } from '../workflows/snapshot.js';
import { withHeartbeat } from './beat.js';
import type { TalkDeps } from './chain.js';
import { deliver, deliverOutgoing } from './deliver.js';
import type { DeliverDeps } from './deliver.js';
import { takeTurn } from './take-turn.js';

/** What the activities of `workflows/needs.ts` are built on. */
export interface ActivityDeps {
  talk: TalkDeps;
  deliver: DeliverDeps;
  requestChange(request: ChangeRequest): Promise<Snapshot>;
  endSessions(request: { endingId: string }): Promise<{ left: number }>;
  /** `lastTry`: a file that cannot be fetched now is given up, and the reason recorded. */
  keepMedia(request: { inboxId: string; lastTry: boolean }): Promise<void>;
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

/** All activities but those that deliver events. */
export type Activities = ConversationNeeds & OutgoingNeeds & EndingNeeds & MediaNeeds & UpkeepNeeds;

/**
 * For how long a file is tried. Providers delete theirs after minutes to days, so more than an hour is not worth it.
 */
const FILE_PATIENCE_MS = 60 * 60_000;

function hasTriedFor(ms: number): boolean {
  return Date.now() - Context.current().info.scheduledTimestampMs >= ms;
}

/** Creates the activities that a worker registers. */
export function createActivities(deps: ActivityDeps): Activities {
  return {
    talkToTypebot: (request) => takeTurn(request, deps),
    deliver: (request) => deliver(request, deps.deliver),
    deliverOutgoing: (request) => deliverOutgoing(request, deps.deliver),
    requestChange: (request) => deps.requestChange(request),
    endSessions: (request) => deps.endSessions(request),
    keepMedia: (request) =>
      withHeartbeat(() => deps.keepMedia({ ...request, lastTry: hasTriedFor(FILE_PATIENCE_MS) })),
    reconcile: () => deps.reconcile(),
    sweep: () => deps.sweep(),
  };
}
