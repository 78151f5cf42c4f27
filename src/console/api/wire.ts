import type { z } from 'zod';
import type { signedInSchema } from '../../surfaces/console/schema.js';
import type {
  createdInstanceSchema,
  healthSchema,
  instanceViewSchema,
} from '../../surfaces/native/instances/schema.js';
import type {
  sessionRowSchema,
  sessionPageSchema,
  sessionViewSchema,
  transcriptItemSchema,
  transcriptPageSchema,
  waitingSchema,
} from '../../surfaces/native/sessions/schema.js';
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

// The answers' types are the API's own schemas: a member that changes there is a type error here. Types only, so that
// none of it is bundled.

export type SignedIn = z.output<typeof signedInSchema>;
export type Instance = z.output<typeof instanceViewSchema>;
export type NewInstance = z.output<typeof createdInstanceSchema>;
export type Health = z.output<typeof healthSchema>;
export type Typebot = z.output<typeof configurationViewSchema>;
export type Evaluation = z.output<typeof evaluationSchema>;
export type ImportView = z.output<typeof importSchema>;
export type XrayView = z.output<typeof xraySchema>;
export type FlowTrialView = z.output<typeof trialSchema>;
export type KeyView = z.output<typeof keyViewSchema>;
export type NewKey = z.output<typeof createdKeySchema>;
export type Subscription = z.output<typeof subscriptionDocument>;
export type NewSubscription = z.output<typeof createdDocument>;
export type Deliveries = z.output<typeof deliveriesDocument>;
export type AuditPage = z.output<typeof auditSchema>;
export type Statistics = z.output<typeof statisticsSchema>;
export type Questions = z.output<typeof questionsSchema>;
export type Session = z.output<typeof sessionViewSchema>;
export type SessionRow = z.output<typeof sessionRowSchema>;
export type Waiting = z.output<typeof waitingSchema>;
export type SessionPage = z.output<typeof sessionPageSchema>;
export type TranscriptItem = z.output<typeof transcriptItemSchema>;
export type TranscriptPage = z.output<typeof transcriptPageSchema>;
export type TimelineEvent = z.output<typeof timelineDocument>['events'][number];
export type Why = z.output<typeof whySchema>;
export type Flow = z.output<typeof flowSchema>;
export type Selection = z.output<typeof selectionSchema>;
export type BulkResult = z.output<typeof bulkResultSchema>;
