import { idleWakeAtMs, nextWake } from '../../workflows/deadlines.js';
import { decide, isOver } from '../../workflows/decide.js';
import type { Effect, Event } from '../../workflows/decide.js';
import type { Snapshot } from '../../workflows/snapshot.js';
import { carryOver, freshState } from '../../workflows/state.js';
import type { ConversationState } from '../../workflows/state.js';
import { Contact } from './model.js';
import type { Answer, Settings } from './model.js';
import type { Claim, SendOutcome } from './outbox-model.js';

type Talk = Extract<Effect, { type: 'talk' }> & { begun: boolean };
type Delivery = Extract<Effect, { type: 'deliver' }> & { claim?: Claim };
type Lane = Talk | Delivery;
type Change = Extract<Effect, { type: 'change' }>;

/** More wakes than this in a row are a timer that rings for ever. */
const MAX_STEPS = 500;

/**
 * A contact and its workflow as Temporal would run it, with everything that may come between: signals that are late,
 * overtake or are lost, activities that die, a lane that goes on although it was cancelled, a run that is continued as new.
 */
export class Engine {
  nowMs = 1_000;
  readonly contact: Contact;
  private state: ConversationState | null = null;
  private lane: Lane | null = null;
  private asked: Change | null = null;
  private readonly orphans: Lane[] = [];
  private readonly post: Snapshot[] = [];
  private isRelayDue = false;
  private isLong = false;

  constructor(
    settings: Settings,
    private readonly answers: () => Answer,
    private readonly sends: () => SendOutcome,
  ) {
    this.contact = new Contact(settings, () => this.nowMs);
  }

  /** One transaction of the API, and its signal on the way. */
  commit(change: (contact: Contact) => void): void {
    const before = this.contact.clock;
    change(this.contact);
    if (this.contact.clock !== before) this.post.push(this.contact.snapshot());
  }

  /** One of the signals on the way arrives, or is lost: the relay owes one then. */
  signal(index: number, isLost: boolean): void {
    const [snapshot] = this.post.splice(index % Math.max(1, this.post.length), 1);
    if (snapshot === undefined) return;
    if (isLost) this.isRelayDue = true;
    else this.receive(snapshot);
  }

  private receive(snapshot: Snapshot): void {
    if (this.state === null && snapshot.session === null) return;
    this.state ??= freshState();
    this.apply({ type: 'signal', snapshot });
  }

  private apply(event: Event): void {
    if (this.state === null) return;
    let endsBeforeTurn = false;
    const mayBegin = ({ changing }: ConversationState) => {
      endsBeforeTurn = this.isLong && changing === null;
      return !endsBeforeTurn;
    };
    const { state, effects } = decide(this.state, event, this.nowMs, { follows: () => true, mayBegin });
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (isOver(this.state)) this.state = null;
    if (endsBeforeTurn) this.continueAsNew();
  }

  private perform(effect: Effect): void {
    if (effect.type === 'cancel') return this.orphan();
    if (effect.type === 'change') {
      if (this.asked !== null) throw new Error('two changes at once');
      this.asked = effect;
    }
    if (effect.type !== 'talk' && effect.type !== 'deliver') return;
    if (this.lane !== null) throw new Error('two lanes at once');
    this.lane = effect.type === 'talk' ? { ...effect, begun: false } : { ...effect };
  }

  /** A cancelled activity goes on until it hears of it; nobody hears its result. */
  private orphan(): void {
    if (this.lane !== null) this.orphans.push(this.lane);
    this.lane = null;
  }

  /** The lane's activity does its next transaction; what it comes to reaches the workflow. */
  work(): void {
    const { lane } = this;
    const event = lane === null ? undefined : this.advance(lane);
    if (event === undefined) return;
    this.lane = null;
    this.apply(event);
  }

  /** While another is sending it hears that it was cancelled. */
  workOrphan(): void {
    const [orphan] = this.orphans;
    if (orphan === undefined) return;
    const mustWait = orphan.type === 'deliver' && orphan.claim === undefined && this.contact.outbox.isBusy;
    if (mustWait || this.advance(orphan) !== undefined) this.orphans.shift();
  }

  private advance(lane: Lane): Event | undefined {
    if (lane.type === 'deliver') return this.send(lane);
    if (!lane.begun && this.contact.begin(lane)) {
      lane.begun = true;
      return undefined;
    }
    return { type: 'talked', result: this.contact.finish(lane, this.answers()) };
  }

  /** A claim is one transaction, what came of it is the next. */
  private send(lane: Delivery): Event | undefined {
    const { claim } = lane;
    lane.claim = undefined;
    if (claim !== undefined) return void this.contact.outbox.end(claim, this.sends());
    const found = this.contact.claimNext(lane);
    if (found === 'busy') return undefined;
    if ('outcome' in found) return { type: 'delivered', result: found };
    lane.claim = found;
    return undefined;
  }

  /** Its worker dies: another attempt begins at the beginning. */
  crash(): void {
    if (this.lane?.type === 'talk') this.lane.begun = false;
    else this.expire();
  }

  /** Its worker is frozen, and another attempt begins; when it wakes, it says what it knows of its claim. */
  freeze(): void {
    if (this.lane?.type !== 'deliver' || this.lane.claim === undefined) return;
    this.orphans.push({ ...this.lane });
    this.expire();
  }

  private expire(): void {
    if (this.lane?.type !== 'deliver' || this.lane.claim === undefined) return;
    this.contact.outbox.expire(this.lane.claim);
    this.lane.claim = undefined;
  }

  workChange(): void {
    const { asked } = this;
    if (asked === null) return;
    const snapshot = this.contact.change(asked.sessionId, asked.kind);
    this.asked = null;
    this.apply({ type: 'changed', kind: asked.kind, snapshot });
  }

  continueAsNew(): void {
    if (this.state === null || this.state.running === 'talk' || this.state.changing !== null) return;
    this.orphan();
    this.isLong = false;
    this.state = carryOver(this.state);
    this.apply({ type: 'tick' });
  }

  /** From now on the run leaves the turn that is due to a new one. */
  grow(): void {
    this.isLong = true;
  }

  /** The run is gone, as with Temporal's database; the reconciler misses it. */
  loseRun(): void {
    this.orphan();
    this.state = null;
    this.asked = null;
    this.isRelayDue = true;
  }

  /** Time passes; every timer that is due rings. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let steps = 0; ; steps += 1) {
      const atMs = this.wakeAtMs(true);
      if (atMs === null || atMs > endMs) break;
      if (steps > MAX_STEPS) throw new Error('a timer rings for ever');
      this.nowMs = atMs;
      this.apply({ type: 'tick' });
    }
    this.nowMs = endMs;
  }

  private wakeAtMs(withIdle: boolean): number | null {
    if (this.state === null) return null;
    const idleMs = withIdle ? idleWakeAtMs(this.state, this.nowMs) : null;
    const workMs = nextWake(this.state, this.nowMs)?.atMs ?? null;
    return idleMs === null || workMs === null ? (idleMs ?? workMs) : Math.min(idleMs, workMs);
  }

  /** Everything that is on its way arrives, and all timers but the idle one ring, until nothing happens any more. */
  settle(): void {
    for (let steps = 0; this.step(); steps += 1) {
      if (steps > MAX_STEPS) throw new Error('it does not come to rest');
    }
  }

  private step(): boolean {
    if (this.post.length > 0) this.signal(0, false);
    else if (this.isRelayDue) this.relay();
    else if (this.orphans.length > 0) this.workOrphan();
    else if (this.asked !== null) this.workChange();
    else if (this.lane !== null) this.work();
    else return this.wake() || this.reconcile();
    return true;
  }

  /** A late signal started a run for a session that is over: a run without a session is told, and the other way round. */
  private reconcile(): boolean {
    if ((this.state === null) === (this.contact.session === null)) return false;
    this.receive(this.contact.snapshot());
    return true;
  }

  private relay(): void {
    this.isRelayDue = false;
    this.receive(this.contact.snapshot());
  }

  private wake(): boolean {
    const atMs = this.wakeAtMs(false);
    if (atMs === null) return false;
    this.pass(atMs - this.nowMs);
    return true;
  }

  /** Nothing is under way, and somebody will hear of what comes: the idle timer, or nobody is needed. */
  get rest(): { hasRun: boolean; idleAtMs: number | null } {
    const idleAtMs = this.state && idleWakeAtMs(this.state, this.nowMs);
    return { hasRun: this.state !== null, idleAtMs };
  }
}
