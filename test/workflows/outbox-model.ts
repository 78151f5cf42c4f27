/** How a request to the channel ends. `lost`: it arrived, and its answer did not. `refused`: for now. */
export type SendOutcome = 'sent' | 'lost' | 'refused';

export interface Bubble {
  opening: number;
  turn: number;
  number: number;
  state: 'pending' | 'sending' | 'unknown' | 'sent' | 'dropped';
  claims: number;
  /** It was dropped while it was being sent, and is given up unless it arrives. */
  isDropped: boolean;
}

/** A claim as the attempt that made it knows it. `isOver`: its time is up, so its request is not made any more. */
export interface Claim {
  bubble: Bubble;
  claims: number;
  isOver: boolean;
}

export const isUnsent = ({ state }: Bubble) => ['pending', 'sending', 'unknown'].includes(state);

/** The bubbles of one contact as PostgreSQL has them, and what the channel has shown of them. */
export class Outbox {
  readonly bubbles: Bubble[] = [];
  readonly wire: Bubble[] = [];

  store(place: Pick<Bubble, 'opening' | 'turn' | 'number'>, state: 'pending' | 'dropped'): void {
    this.bubbles.push({ ...place, state, claims: 0, isDropped: false });
  }

  /** A message of the contact is being sent. */
  get isBusy(): boolean {
    return this.bubbles.some(({ state }) => state === 'sending');
  }

  drop(opening: number): void {
    for (const bubble of this.bubbles.filter((one) => one.opening === opening && isUnsent(one))) {
      if (bubble.state === 'sending') bubble.isDropped = true;
      else bubble.state = 'dropped';
    }
  }

  /** An echo shows that a send of unknown outcome arrived. */
  reconcile(bubble: Bubble): void {
    if (bubble.state === 'unknown' && this.wire.includes(bubble)) bubble.state = 'sent';
  }

  claim(bubble: Bubble): Claim {
    Object.assign(bubble, { state: 'sending', claims: bubble.claims + 1 });
    return { bubble, claims: bubble.claims, isOver: false };
  }

  /** The worker of a claim is frozen or dead for longer than the claim lasts. */
  expire(claim: Claim): void {
    claim.isOver = true;
    this.note(claim, 'unknown');
  }

  /** A worker makes its request, unless it is too late, and says what came of it. */
  end(claim: Claim, outcome: SendOutcome): void {
    const { bubble, isOver } = claim;
    if (outcome !== 'refused' && !isOver) this.wire.push(bubble);
    if (outcome === 'sent' && !isOver) bubble.state = 'sent';
    else this.note(claim, outcome === 'refused' ? 'pending' : 'unknown');
  }

  /** What is said of a claim holds only while it lasts: a frozen worker may wake when another has claimed the bubble. */
  private note({ bubble, claims }: Claim, state: 'pending' | 'unknown'): void {
    if (bubble.state !== 'sending' || bubble.claims !== claims) return;
    bubble.state = bubble.isDropped ? 'dropped' : state;
  }
}
