import { isQuiet } from './state.js';
import type { ConversationState } from './state.js';

/**
 * A run continues as new above this many events (some thirty turns). A worker that takes a run over replays all of its
 * history first, and after a deploy it takes over many at once.
 */
const MANY_EVENTS = 300;
/** Above this many events not even a delivery keeps a run from continuing as new. */
const MAX_EVENTS = 900;
/**
 * Temporal refuses the end of a run when a signal arrived meanwhile; the run is replayed then, and hears it. A task with
 * more signals than one for so many events therefore begins its turn, or a flood would hold it up for ever.
 */
const EVENTS_PER_SIGNAL = 60;

/** What is known of the run for which something is decided. */
export interface Run {
  /** Whether it follows a rule that was added later. Asked only where the rule changes what the run does. */
  follows: (rule: 'later-turn-first') => boolean;
  /** Whether it may begin a turn. Asked only when one is due; if it may not, the next run begins it. */
  mayBegin: (state: ConversationState) => boolean;
}

/** Whether the run follows a rule that was added later. Asked last: a run that follows it continues as new. */
type Follows = (rule: 'short-runs' | 'between-turns') => boolean;

/** When a conversation goes on in a new run. `events` is the length of its history up to the present workflow task. */
export class RunLength {
  private signals = { count: 0, task: 0 };

  constructor(
    private readonly events: () => number,
    private readonly follows: Follows,
  ) {}

  /** Counts a signal. */
  heard(): void {
    const task = this.events();
    this.signals = { count: this.signalsOf(task) + 1, task };
  }

  /**
   * Whether the turn that is due is left to a new run. With messages always waiting a run is never quiet; and of two
   * who write in turn, the next message often comes just when a quiet run would end.
   */
  endsBeforeTurn({ changing }: Pick<ConversationState, 'changing'>): boolean {
    const events = this.events();
    if (events <= MANY_EVENTS || changing !== null) return false;
    return this.signalsOf(events) * EVENTS_PER_SIGNAL <= events && this.follows('between-turns');
  }

  /** Whether the run may end while no turn is due. */
  mayEnd(state: ConversationState): boolean {
    const events = this.events();
    if (events > MAX_EVENTS) return state.running !== 'talk' && state.changing === null;
    return events > MANY_EVENTS && isQuiet(state) && this.follows('short-runs');
  }

  /** The length of the history tells one workflow task from the next. */
  private signalsOf(task: number): number {
    return this.signals.task === task ? this.signals.count : 0;
  }
}
