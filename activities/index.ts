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
import { talkToTypebot } from './talk-to-typebot.js';

/** What the world must supply for the promises of `workflows/needs.ts`. */
export interface ActivityPorts {
  talk: TalkPorts;
  deliver: DeliverPorts;
  requestChange(request: ChangeRequest): Promise<Snapshot>;
  endSessions(request: { endingId: string }): Promise<{ left: number }>;
  keepMedia(request: { inboxId: string }): Promise<void>;
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

export type Activities = ConversationNeeds & OutgoingNeeds & EndingNeeds & MediaNeeds & UpkeepNeeds;

/** The activities a worker registers. */
export function createActivities(ports: ActivityPorts): Activities {
  return {
    talkToTypebot: (request) => talkToTypebot(request, ports.talk),
    deliver: (request) => deliver(request, ports.deliver),
    deliverOutgoing: (request) => deliverOutgoing(request, ports.deliver),
    requestChange: (request) => ports.requestChange(request),
    endSessions: (request) => ports.endSessions(request),
    keepMedia: (request) => withHeartbeat(() => ports.keepMedia(request)),
    reconcile: () => ports.reconcile(),
    sweep: () => ports.sweep(),
  };
}
