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
import type { TalkPorts } from './chain.js';
import { deliver, deliverOutgoing } from './deliver.js';
import type { DeliverPorts } from './deliver.js';
import { takeTurn } from './take-turn.js';

/** What the world must supply for the promises of `workflows/needs.ts`. */
export interface ActivityPorts {
  talk: TalkPorts;
  deliver: DeliverPorts;
  requestChange(request: ChangeRequest): Promise<Snapshot>;
  endSessions(request: { endingId: string }): Promise<{ left: number }>;
  /** `lastTry`: what cannot be had now is noted and given up. */
  keepMedia(request: { inboxId: string; lastTry: boolean }): Promise<void>;
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

export type Activities = ConversationNeeds & OutgoingNeeds & EndingNeeds & MediaNeeds & UpkeepNeeds;

/** A provider's file is gone after minutes to days: an hour of tries is worth it, more is not. */
const FILE_PATIENCE_MS = 60 * 60_000;

function hasTriedFor(ms: number): boolean {
  return Date.now() - Context.current().info.scheduledTimestampMs >= ms;
}

/** The activities a worker registers. */
export function createActivities(ports: ActivityPorts): Activities {
  return {
    talkToTypebot: (request) => takeTurn(request, ports),
    deliver: (request) => deliver(request, ports.deliver),
    deliverOutgoing: (request) => deliverOutgoing(request, ports.deliver),
    requestChange: (request) => ports.requestChange(request),
    endSessions: (request) => ports.endSessions(request),
    keepMedia: (request) =>
      withHeartbeat(() => ports.keepMedia({ ...request, lastTry: hasTriedFor(FILE_PATIENCE_MS) })),
    reconcile: () => ports.reconcile(),
    sweep: () => ports.sweep(),
  };
}
