import {
  CancellationScope,
  isCancellation,
  log,
  proxyActivities,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { changeOptions, deliverOptions, talkOptions } from './activity-options.js';
import { parleyStatus, parleyTypebot } from './contract.js';
import type { Effect, Event } from './decide.js';
import type { ConversationNeeds } from './needs.js';

/**
 * Carries out the effects of `decide` in two lanes: the bot lane (talking or sending, one at a time, cancellable), and
 * the control lane for changes, which never waits for the bot lane. Results become events, unless their lane was
 * cancelled.
 */
export class Performer {
  private lane: CancellationScope | null = null;

  constructor(
    private readonly contactId: string,
    private readonly apply: (event: Event) => void,
  ) {}

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'talk':
        return this.onBotLane(() => this.talk(effect));
      case 'deliver':
        return this.onBotLane(() => this.deliver(effect));
      case 'change':
        return this.change(effect);
      case 'cancel':
        return this.cancelLane();
      case 'show':
        return upsertSearchAttributes([
          { key: parleyStatus, value: effect.status },
          ...(effect.typebotId === null ? [] : [{ key: parleyTypebot, value: effect.typebotId }]),
        ]);
    }
  }

  /** Stops the bot lane; a result that still arrives is ignored. */
  cancelLane(): void {
    const lane = this.lane;
    this.lane = null;
    lane?.cancel();
  }

  private async talk({ sessionId, turn, upTo }: Extract<Effect, { type: 'talk' }>): Promise<Event> {
    const { talkToTypebot } = proxyActivities<ConversationNeeds>({
      ...talkOptions,
      summary: `turn ${turn}: Typebot`,
    });
    return {
      type: 'talked',
      result: await talkToTypebot({ contactId: this.contactId, sessionId, turn, upTo }),
    };
  }

  private async deliver({ sessionId, turn, gateNo }: Extract<Effect, { type: 'deliver' }>): Promise<Event> {
    const { deliver } = proxyActivities<ConversationNeeds>({
      ...deliverOptions,
      summary: `turn ${turn}: send`,
    });
    return {
      type: 'delivered',
      result: await deliver({ contactId: this.contactId, sessionId, turn, gateNo }),
    };
  }

  private change({ sessionId, kind }: Extract<Effect, { type: 'change' }>): void {
    const { requestChange } = proxyActivities<ConversationNeeds>({
      ...changeOptions,
      summary: `record: ${kind}`,
    });
    requestChange({ contactId: this.contactId, sessionId, kind })
      .then((snapshot) => this.apply({ type: 'changed', kind, snapshot }))
      .catch((error: unknown) => {
        log.error('a change failed for good', { kind, error });
        this.apply({ type: 'changeFailed' });
      });
  }

  private onBotLane(work: () => Promise<Event>): void {
    const lane = new CancellationScope();
    this.lane = lane;
    lane
      .run(work)
      .then((event) => {
        if (this.lane === lane) this.apply(event);
      })
      .catch((error: unknown) => {
        if (this.lane !== lane || isCancellation(error)) return;
        log.error('the bot lane failed for good', { error });
        this.apply({ type: 'laneFailed' });
      });
  }
}
