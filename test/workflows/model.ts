import { gateIsOpen, transition } from '../../workflows/axes.js';
import type { Axes, Command } from '../../workflows/axes.js';
import type { ChangeKind, DeliverResult, TalkResult } from '../../workflows/needs.js';
import type { Snapshot } from '../../workflows/snapshot.js';
import { isUnsent, Outbox } from './outbox-model.js';
import type { Bubble, Claim } from './outbox-model.js';

/** What the flow answers to one turn. */
export interface Answer {
  bubbles: number;
  continueAfterMs: number | null;
  endedAs: 'completed' | 'failed' | null;
  handoff: boolean;
}

interface Turn {
  number: number;
  state: 'begun' | 'answered' | 'cancelled';
  dropAnswer: boolean;
  continueAfterMs: number | null;
  continued: boolean;
}

interface Row {
  number: number;
  opening: number;
  fate: 'waiting' | 'kept' | 'taken' | 'dropped';
}

interface Session {
  id: string;
  opening: number;
  axes: Axes;
  turnNo: number;
  turns: Turn[];
  endedAs: Answer['endedAs'];
  handoff: boolean;
  lastMessageAtMs: number;
}

export interface Settings {
  debounceMs: number;
  expireMs: number;
}

const fresh: Axes = {
  ...{ status: 'opened', chatMode: 'bot', resolution: 'pending' },
  ...{ gateNo: 0, resumesAtMs: null, version: 1 },
};

/**
 * One contact as PostgreSQL has it: what the transactions of `src/conversations` do, without text. Each method is one
 * transaction.
 */
export class Contact {
  clock = 0;
  mutedUntilMs: number | null = null;
  session: Session | null = null;
  readonly rows: Row[] = [];
  readonly outbox = new Outbox();
  private opening = 0;
  private closed: Session | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly now: () => number,
  ) {}

  snapshot(): Snapshot {
    const { clock, mutedUntilMs, session } = this;
    if (session === null) return { clock, mutedUntilMs, session: null };
    const { id, opening, axes, turnNo, endedAs, handoff, lastMessageAtMs } = session;
    const turn = session.turns.find(({ number, state }) => number === turnNo && state !== 'cancelled');
    return {
      ...{ clock, mutedUntilMs },
      session: {
        ...{ id, opening, axes, turnNo, endedAs, handoff, lastMessageAtMs, typebotId: 't' },
        settings: { version: 1, ...this.settings },
        waitingHigh: Math.max(0, ...this.waiting().map(({ number }) => number)),
        turn:
          turn === undefined
            ? null
            : {
                ...{ number: turn.number, state: turn.state === 'begun' ? 'begun' : 'answered' },
                unsent: this.unsent(turn.number).length,
                continueAfterMs: turn.continued ? null : turn.continueAfterMs,
              },
      },
    };
  }

  /** Rows that the bot is still to answer. */
  waiting(): Row[] {
    return this.rows.filter(({ fate, opening }) => fate === 'waiting' && opening === this.session?.opening);
  }

  unsent(turn: number): Bubble[] {
    const opening = this.session?.opening;
    return this.outbox.bubbles.filter((one) => one.opening === opening && one.turn === turn && isUnsent(one));
  }

  get mayAnswer(): boolean {
    return this.session !== null && gateIsOpen(this.session.axes) && !this.isMuted;
  }

  private get isMuted(): boolean {
    return this.mutedUntilMs !== null && this.mutedUntilMs > this.now();
  }

  write(): void {
    this.clock += 1;
    const session = (this.session ??= this.open());
    session.lastMessageAtMs = this.now();
    const outcome = transition(session.axes, { type: 'contactWrote' }, this.now());
    if (outcome.type === 'changed') session.axes = outcome.axes;
    const fate = this.mayAnswer ? 'waiting' : 'kept';
    this.rows.push({ number: this.rows.length + 1, opening: session.opening, fate });
  }

  mute(ms: number): void {
    this.clock += 1;
    this.mutedUntilMs = ms === 0 ? null : this.now() + ms;
  }

  command(command: Command): void {
    const session = this.session ?? this.closed;
    if (session === null) return;
    const outcome = transition(session.axes, command, this.now());
    if (outcome.type !== 'changed') return;
    this.clock += 1;
    if (outcome.reopened) return this.reopen(session, outcome.axes);
    session.axes = outcome.axes;
    if (outcome.ended) return this.end(session, { keepsRows: false });
    if (outcome.silence === 'drop') this.giveUp(session);
  }

  private open(): Session {
    this.opening += 1;
    return {
      ...{ id: `s${this.opening}`, opening: this.opening, axes: fresh, turnNo: 0, turns: [] },
      ...{ endedAs: null, handoff: false, lastMessageAtMs: this.now() },
    };
  }

  private reopen(session: Session, axes: Axes): void {
    this.opening += 1;
    this.session = { ...session, axes, opening: this.opening, turns: [], endedAs: null, handoff: false };
  }

  private giveUp(session: Session): void {
    for (const row of this.waiting()) row.fate = 'dropped';
    for (const turn of session.turns) turn.dropAnswer ||= turn.state === 'begun';
    this.outbox.drop(session.opening);
    session.handoff = false;
  }

  /** Rows that still wait open the next session, unless the session was closed by a person. */
  private end(session: Session, { keepsRows }: { keepsRows: boolean }): void {
    const waiting = this.waiting();
    for (const turn of session.turns) if (turn.state === 'begun') turn.state = 'cancelled';
    this.outbox.drop(session.opening);
    session.axes = { ...session.axes, status: 'closed' };
    this.closed = session;
    this.session = keepsRows && waiting.length > 0 ? this.open() : null;
    const { opening } = this.session ?? { opening: 0 };
    for (const row of waiting) Object.assign(row, this.session === null ? { fate: 'dropped' } : { opening });
  }

  /** False: there is nothing to call Typebot for. */
  begin({ sessionId, turn: number, upTo }: { sessionId: string; turn: number; upTo: number }): boolean {
    const session = this.active(sessionId);
    const known = session?.turns.find((turn) => turn.number === number);
    if (session === undefined || known !== undefined) return known?.state === 'begun';
    const before = session.turns.find((turn) => turn.number === number - 1 && turn.continueAfterMs !== null);
    const continues = upTo === 0 && before !== undefined && !before.continued;
    if (continues) before.continued = true;
    const due = continues ? [] : this.waiting().filter((row) => row.number <= upTo);
    const rows = this.settings.debounceMs === 0 ? due.slice(0, 1) : due;
    if (!continues && rows.length === 0) return false;
    for (const row of rows) row.fate = 'taken';
    this.clock += 1;
    session.turnNo = number;
    const turn = { number, dropAnswer: false, continueAfterMs: null, continued: false };
    session.turns.push({ ...turn, state: 'begun' });
    return true;
  }

  finish({ sessionId, turn: number }: { sessionId: string; turn: number }, answer: Answer): TalkResult {
    const session = this.active(sessionId);
    const turn = session?.turns.find((one) => one.number === number);
    if (session !== undefined && turn?.state === 'begun') this.store(session, turn, answer);
    const answered = turn?.state === 'answered';
    const outcome = answered
      ? 'answered'
      : turn === undefined && session !== undefined
        ? 'nothing'
        : 'dropped';
    const bubbles = answered ? this.unsent(number).length : 0;
    const continueAfterMs = answered ? turn.continueAfterMs : null;
    return { outcome, bubbles, continueAfterMs, snapshot: this.snapshot() };
  }

  private store(session: Session, turn: Turn, answer: Answer): void {
    this.clock += 1;
    const state = turn.dropAnswer ? 'dropped' : 'pending';
    for (let number = 1; number <= answer.bubbles; number += 1)
      this.outbox.store({ opening: session.opening, turn: turn.number, number }, state);
    Object.assign(turn, { state: 'answered', continueAfterMs: answer.continueAfterMs });
    session.endedAs = answer.endedAs;
    session.handoff ||= answer.handoff;
  }

  /** Claims the next bubble through the gate, unless the contact is sent another. */
  claimNext({
    sessionId,
    turn,
    gateNo,
  }: {
    sessionId: string;
    turn: number;
    gateNo: number;
  }): DeliverResult | Claim | 'busy' {
    const next = this.active(sessionId) && this.unsent(turn)[0];
    const result = { sent: 0, untilMs: null, snapshot: this.snapshot() };
    if (next === undefined) return { ...result, outcome: 'done' };
    this.outbox.reconcile(next);
    if (this.outbox.isBusy || next.state === 'sent') return 'busy';
    if (!this.mayAnswer || this.session?.axes.gateNo !== gateNo)
      return { ...result, outcome: 'held', untilMs: this.isMuted ? this.mutedUntilMs : null };
    return this.outbox.claim(next);
  }

  change(sessionId: string, kind: ChangeKind): Snapshot {
    const session = this.active(sessionId);
    if (session !== undefined && this.isDue(session, kind)) this.apply(session, kind);
    return this.snapshot();
  }

  private isDue({ axes, endedAs, handoff, lastMessageAtMs, turns }: Session, kind: ChangeKind): boolean {
    const { expireMs } = this.settings;
    if (kind === 'resume') return axes.resumesAtMs !== null && axes.resumesAtMs <= this.now();
    const isAnswering = turns.some(
      ({ state, number }) => state === 'begun' || this.unsent(number).length > 0,
    );
    if (kind !== 'expired')
      return gateIsOpen(axes) && !isAnswering && (kind === 'handoff' ? handoff : endedAs === kind);
    const isWorking = this.waiting().length > 0 || isAnswering;
    return expireMs > 0 && this.now() >= lastMessageAtMs + expireMs && !(gateIsOpen(axes) && isWorking);
  }

  private apply(session: Session, kind: ChangeKind): void {
    if (kind === 'resume') return this.command({ type: 'resume' });
    if (kind === 'handoff') return this.command({ type: 'operate' });
    this.clock += 1;
    this.end(session, { keepsRows: true });
  }

  private active(sessionId: string): Session | undefined {
    return this.session?.id === sessionId ? this.session : undefined;
  }
}
