import type { z } from 'zod';
import type { signedInSchema } from '../../surfaces/console/schema.js';
import type {
  createdInstanceSchema,
  healthSchema,
  instanceViewSchema,
  mutePageSchema,
} from '../../surfaces/native/instances/schema.js';
import type {
  sessionRowSchema,
  sessionPageSchema,
  sessionViewSchema,
  transcriptItemSchema,
  transcriptPageSchema,
  waitingSchema,
} from '../../surfaces/native/sessions/schema.js';
import type { heldSchema } from '../../surfaces/native/sessions/held-schema.js';
import type { flowSchema } from '../../surfaces/native/sessions/flow-schema.js';
import type { selectionSchema, bulkResultSchema } from '../../surfaces/native/sessions/list/schema.js';
import type { whySchema } from '../../surfaces/native/sessions/why/schema.js';
import type { auditSchema } from '../../surfaces/native/audit/schema.js';
import type { importSchema } from '../../surfaces/native/import/schema.js';
import type { createdKeySchema, keyViewSchema } from '../../surfaces/provisioning/schema.js';
import type { questionsSchema, statisticsSchema } from '../../surfaces/native/statistics/schema.js';
import type {
  configurationViewSchema,
  evaluationSchema,
  trialSchema,
  xraySchema,
} from '../../surfaces/native/typebots/schema.js';
import type {
  createdDocument,
  deliveriesDocument,
  subscriptionDocument,
  timelineDocument,
} from '../../surfaces/subscriptions/schema.js';

// The types of the API's answers, taken from its own schemas, so that a change there is a type error here. Only types
// are imported, so the schemas are not bundled.

/** Who is signed in: workspace and, for a limited key, the instance. */
export type SignedIn = z.output<typeof signedInSchema>;
/** An instance, which the console calls a number. */
export type Instance = z.output<typeof instanceViewSchema>;
/** A new instance with its webhook and token, which are shown only once. */
export type NewInstance = z.output<typeof createdInstanceSchema>;
/** Health of an instance. */
export type Health = z.output<typeof healthSchema>;
/** A page of the muted contacts of an instance. */
export type MutePage = z.output<typeof mutePageSchema>;
/** Settings of a typebot. */
export type Typebot = z.output<typeof configurationViewSchema>;
/** Which typebot a message would start, and why. */
export type Evaluation = z.output<typeof evaluationSchema>;
/** What an import from Evolution creates, or would create. */
export type ImportView = z.output<typeof importSchema>;
/** What a changed trigger would have done with recent messages. */
export type XrayView = z.output<typeof xraySchema>;
/** Whether a flow was found at its viewer. */
export type FlowTrialView = z.output<typeof trialSchema>;
/** An API key without its value. */
export type KeyView = z.output<typeof keyViewSchema>;
/** A new API key with its value. */
export type NewKey = z.output<typeof createdKeySchema>;
/** An outgoing webhook. */
export type Subscription = z.output<typeof subscriptionDocument>;
/** A new outgoing webhook with its secret. */
export type NewSubscription = z.output<typeof createdDocument>;
/** A page of a delivery log. */
export type Deliveries = z.output<typeof deliveriesDocument>;
/** A page of the audit. */
export type AuditPage = z.output<typeof auditSchema>;
/** Activity, answer times, outcomes and failures of a period. */
export type Statistics = z.output<typeof statisticsSchema>;
/** The questions at which conversations of a typebot are. */
export type Questions = z.output<typeof questionsSchema>;
/** A session as the native API shows it. */
export type Session = z.output<typeof sessionViewSchema>;
/** A session with what it waits for, as in the lists. */
export type SessionRow = z.output<typeof sessionRowSchema>;
/** Number of conversations by what they wait for. */
export type Waiting = z.output<typeof waitingSchema>;
/** A page of the list of conversations. */
export type SessionPage = z.output<typeof sessionPageSchema>;
/** One message of a transcript. */
export type TranscriptItem = z.output<typeof transcriptItemSchema>;
/** A page of a transcript. */
export type TranscriptPage = z.output<typeof transcriptPageSchema>;
/** A page of a timeline. */
export type TimelinePage = z.output<typeof timelineDocument>;
/** One event of a timeline. */
export type TimelineEvent = TimelinePage['events'][number];
/** The causes of a message. */
export type Why = z.output<typeof whySchema>;
/** What is known about the flow of a session. */
export type Flow = z.output<typeof flowSchema>;
/** The bubbles that a silent bot holds back. */
export type HeldBubbles = z.output<typeof heldSchema>;
/** Ids of the sessions that match filters. */
export type Selection = z.output<typeof selectionSchema>;
/** How many sessions an action changed, and which refused it. */
export type BulkResult = z.output<typeof bulkResultSchema>;
