/**
 * The state of a session as the surfaces show it, and the one pure function that changes it. Nothing else may write
 * these fields.
 */

export type SessionStatus = 'opened' | 'paused' | 'closed';
/** Who talks to the contact. `awaiting`: a person was asked for and has not answered yet. */
export type ChatMode = 'bot' | 'awaiting' | 'operator';
/** Whether the contact's concern is settled, as operators see it. */
export type Resolution = 'pending' | 'unresolved' | 'resolved' | 'closed';
/** Why a session was closed. */
export type CloseReason =
  'closed_by_api' | 'keyword_finish' | 'expired' | 'completed' | 'replaced' | 'failed' | 'typebot_deleted';

/** `gateNo` counts how often the gate was closed; `resumesAtMs` is the end of a timed pause. */
export interface Axes {
  status: SessionStatus;
  chatMode: ChatMode;
  resolution: Resolution;
  gateNo: number;
  resumesAtMs: number | null;
  version: number;
}

/** What may change the state of a session. */
export type Command =
  | { type: 'pause'; minutes?: number }
  | { type: 'resume' }
  /** CodeChat `open`: resumes a paused session, reopens a closed one. */
  | { type: 'open' }
  /** A person wrote from the number itself (`stop_bot_from_me`). */
  | { type: 'takeover' }
  /** An operator wrote through the API. */
  | { type: 'operate' }
  /** YourGPT `updateSession`: wanted values. */
  | { type: 'set'; resolution?: Resolution; chatMode?: ChatMode }
  | { type: 'contactWrote' }
  | { type: 'close'; reason: CloseReason };

/**
 * The effect of a command. `refused`: not allowed, because the session is closed, or is resolved and so cannot be given
 * to a person. `silence` says what happens to the bot's unfinished work: `hold` keeps it for later, `drop` discards it.
 */
export type Transition =
  | { type: 'refused'; reason: 'closed' | 'resolved' }
  | { type: 'same' }
  | { type: 'changed'; axes: Axes; silence: 'none' | 'hold' | 'drop'; ended: boolean; reopened: boolean };

type Wanted = Partial<Pick<Axes, 'status' | 'chatMode' | 'resolution' | 'resumesAtMs'>>;

/** Whether the bot may answer. The contact's mute is checked separately. */
export function gateIsOpen(axes: Pick<Axes, 'status' | 'chatMode' | 'resolution'>): boolean {
  return axes.status === 'opened' && axes.chatMode === 'bot' && axes.resolution !== 'closed';
}

/** Whether a mute or a cooldown lasts. */
export function lasts(untilMs: number | null, nowMs: number): boolean {
  return untilMs !== null && untilMs > nowMs;
}

/** The status in the dialects of CodeChat and VZaps, where a session is paused whenever the bot is silent. */
export function shownStatus(axes: Pick<Axes, 'status' | 'chatMode'>): SessionStatus {
  if (axes.status !== 'opened') return axes.status;
  return axes.chatMode === 'bot' ? 'opened' : 'paused';
}

/** Applies one command. `nowMs` matters only for the end of a timed pause. */
export function transition(axes: Axes, command: Command, nowMs: number): Transition {
  switch (command.type) {
    case 'pause':
      return pause(axes, command.minutes, nowMs);
    case 'resume':
      return resume(axes);
    case 'open':
      return axes.status === 'closed' ? reopen(axes, 'pending', 'bot') : resume(axes);
    case 'takeover':
      return silenceByPerson(axes, { status: 'paused' });
    case 'operate':
      return silenceByPerson(axes, {});
    case 'set':
      return set(axes, command.resolution, command.chatMode);
    case 'contactWrote':
      return axes.status !== 'closed' && axes.resolution === 'resolved'
        ? change(axes, { resolution: 'pending' }, 'none')
        : { type: 'same' };
    case 'close':
      return close(axes);
  }
}

function pause(axes: Axes, minutes: number | undefined, nowMs: number): Transition {
  if (axes.status === 'closed') return { type: 'refused', reason: 'closed' };
  // A person is already in charge, and no timer changes that.
  if (axes.chatMode !== 'bot') return { type: 'same' };
  const resumesAtMs = minutes === undefined ? null : nowMs + minutes * 60_000;
  return change(axes, { status: 'paused', resumesAtMs }, 'hold');
}

function resume(axes: Axes): Transition {
  if (axes.status === 'closed') return { type: 'refused', reason: 'closed' };
  if (shownStatus(axes) === 'opened') return { type: 'same' };
  const resolution = axes.resolution === 'resolved' ? 'pending' : axes.resolution;
  return change(axes, { status: 'opened', chatMode: 'bot', resolution, resumesAtMs: null }, 'none');
}

/** A person takes over, until they hand back to the bot. A timed pause no longer applies. */
function silenceByPerson(axes: Axes, more: Wanted): Transition {
  if (axes.status === 'closed') return { type: 'refused', reason: 'closed' };
  const resolution = axes.resolution === 'resolved' ? 'pending' : axes.resolution;
  return change(axes, { chatMode: 'operator', resolution, resumesAtMs: null, ...more }, 'drop');
}

function close(axes: Axes): Transition {
  if (axes.status === 'closed') return { type: 'same' };
  const resolution = axes.resolution === 'resolved' ? 'resolved' : 'closed';
  return change(axes, { status: 'closed', chatMode: 'bot', resolution, resumesAtMs: null }, 'drop');
}

function reopen(axes: Axes, resolution: Resolution, chatMode: ChatMode): Transition {
  return change(axes, { status: 'opened', chatMode, resolution, resumesAtMs: null }, 'none');
}

function set(axes: Axes, resolution: Resolution | undefined, chatMode: ChatMode | undefined): Transition {
  if (resolution === undefined) return setMode(axes, chatMode);
  if (resolution === 'closed') return setClosed(axes, chatMode);
  if (axes.status === 'closed')
    return reopen(axes, resolution, resolution === 'resolved' ? 'bot' : (chatMode ?? 'bot'));
  if (resolution === 'resolved') {
    return change(axes, { status: 'opened', chatMode: 'bot', resolution, resumesAtMs: null }, 'none');
  }
  const mode = chatMode ?? axes.chatMode;
  return change(axes, { resolution, ...modeChange(axes, chatMode) }, silenceOf(mode));
}

function setMode(axes: Axes, chatMode: ChatMode | undefined): Transition {
  if (chatMode === undefined) return { type: 'same' };
  if (axes.resolution === 'resolved' && chatMode !== 'bot') return { type: 'refused', reason: 'resolved' };
  return change(axes, modeChange(axes, chatMode), silenceOf(chatMode));
}

function setClosed(axes: Axes, chatMode: ChatMode | undefined): Transition {
  const wanted: Wanted = { status: 'closed', resolution: 'closed', resumesAtMs: null };
  return change(axes, chatMode === undefined ? wanted : { ...wanted, chatMode }, 'drop');
}

/** `chat_mode=bot` hands back to the bot and ends a pause; a closed session only stores the mode. */
function modeChange(axes: Axes, chatMode: ChatMode | undefined): Wanted {
  if (chatMode === undefined) return {};
  if (chatMode === 'bot' && axes.status === 'paused')
    return { chatMode, status: 'opened', resumesAtMs: null };
  return chatMode === 'bot' ? { chatMode } : { chatMode, resumesAtMs: null };
}

function silenceOf(mode: ChatMode): 'none' | 'hold' | 'drop' {
  if (mode === 'operator') return 'drop';
  return mode === 'awaiting' ? 'hold' : 'none';
}

function change(axes: Axes, wanted: Wanted, silence: 'none' | 'hold' | 'drop'): Transition {
  const next = { ...axes, ...wanted };
  const same =
    next.status === axes.status &&
    next.chatMode === axes.chatMode &&
    next.resolution === axes.resolution &&
    next.resumesAtMs === axes.resumesAtMs;
  if (same && silence !== 'drop') return { type: 'same' };
  const closes = gateIsOpen(axes) && !gateIsOpen(next);
  return {
    type: 'changed',
    axes: { ...next, version: axes.version + 1, gateNo: axes.gateNo + (closes ? 1 : 0) },
    silence,
    ended: axes.status !== 'closed' && next.status === 'closed',
    reopened: axes.status === 'closed' && next.status !== 'closed',
  };
}
