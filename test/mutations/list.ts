import type { Mutation } from './mutation.ts';

const COMMITS = 'runtime/commits.ts';
const SHARD = 'runtime/shard.ts';
const LEFTOVERS = 'runtime/leftovers.ts';
const HANDLING = 'runtime/handling.ts';
const OUTBOX = 'runtime/outbox.ts';

/** Bugs of what is stored when, and who hears of it when. */
const AROUND_COMMITS: readonly Mutation[] = [
  {
    name: 'everything leaves before the commit',
    file: COMMITS,
    search: 'if (!overlay.changed && this.#sealed.length === 0) {',
    replacement: 'durable(sealed);\nif (!overlay.changed && this.#sealed.length === 0) {\nreturn;',
    why: 'Clients, other shards and the world outside hear of what a crash undoes.',
  },
  {
    name: 'batches without changes do not wait',
    file: COMMITS,
    search: 'if (!overlay.changed && this.#sealed.length === 0) {',
    replacement: 'if (!overlay.changed) {',
    why: 'A reply tells of a change that is not durable yet.',
  },
  {
    name: 'a failed commit is taken for a good one',
    file: COMMITS,
    search: '    if (error) {',
    replacement: '    if (error && this.count < 0) {',
    why: 'What could not be stored is answered all the same.',
  },
  {
    name: 'commits end in the wrong order',
    file: COMMITS,
    search: 'const ended = this.#sealed.shift();',
    replacement: 'const ended = this.#sealed.pop();',
    why: 'With two commits under way, what the later one tells leaves with the earlier one.',
  },
  {
    name: 'a batch is forgotten too early',
    file: 'runtime/batch.ts',
    search: '    this.#layers.push(this.#current);\n    return sealed;',
    replacement: '    this.#layers.shift();\n    this.#layers.push(this.#current);\n    return sealed;',
    why: 'The next batch does not see what is being committed.',
  },
  {
    name: 'a retried effect is dropped at the end of its batch',
    file: SHARD,
    search: 'for (const { key, record } of recording.effects) effects.start(key, record);',
    replacement: '',
    why: 'Effects wait for a crash to be started.',
  },
  {
    name: 'timers are set only after a crash',
    file: SHARD,
    search: 'for (const { key, record, setBackMs } of recording.timers) timers.set(key, record, setBackMs);',
    replacement: '',
    why: 'An actor that waits for time to pass waits for ever.',
  },
  {
    name: 'a shard that was told to stop forgets what has arrived',
    file: SHARD,
    search: "this.#state = 'stopping';",
    replacement: "this.#state = 'stopping';\nthis.#halt();",
    why: 'Nobody is told that it has stopped, since it waits for commits that it does not hear of.',
  },
];

/** Bugs of handling one letter. */
const AROUND_HANDLERS: readonly Mutation[] = [
  {
    name: 'a throw is not undone',
    file: HANDLING,
    search: 'overlay.undo();',
    replacement: 'overlay.keep();',
    why: 'Half of what a handler did before it threw is stored.',
  },
  {
    name: 'a throw does not undo what is new',
    file: 'runtime/batch.ts',
    search: 'if (former === undefined) this.#current.delete(table, name);',
    replacement: 'if (former === undefined) continue;',
    why: 'What a handler wrote anew before it threw is stored.',
  },
  {
    name: 'what a throw asked for happens',
    file: HANDLING,
    search: 'this.#recorder.discard();',
    replacement: 'this.#dispatch(this.#recorder.close());',
    why: 'Messages, effects and timers of a message that changed nothing.',
  },
  {
    name: 'a throw keeps the state in memory',
    file: HANDLING,
    search: 'this.#activations.invalidate(activation);\n    const error =',
    replacement: 'activation.row = undefined;\n    const error =',
    why: 'The row is taken for a new one, and its former entries in indexes stay.',
  },
  {
    name: 'a message that failed is dropped',
    file: HANDLING,
    search: 'if (retryAfterMs !== null) return { letter, retryAfterMs };',
    replacement: "if (retryAfterMs !== null) return 'handled';",
    why: 'A message whose handler threw once is never tried again.',
  },
  {
    name: 'a message that failed goes behind the others',
    file: 'runtime/run-queue.ts',
    search: 'mailbox.putBack(handled.letter);',
    replacement: 'mailbox.push(handled.letter);',
    why: 'Messages between two actors lose their order.',
  },
  {
    name: 'an actor that rested is not woken',
    file: SHARD,
    search: 'this.#parts.runQueue.wake(activation);',
    replacement: '',
    why: 'A message that failed holds up its actor for ever.',
  },
  {
    name: 'what is noted of a message without a letter is forgotten',
    file: 'runtime/mailbox.ts',
    search: 'this.#others[i] = letter;',
    replacement: '',
    why: 'It is handled, and its row does not hear of it: after a crash it is handled again.',
  },
  {
    name: 'a message without a letter that failed is dropped',
    file: HANDLING,
    search: "return this.#threw(activation, newLetter('tell', message), thrown);",
    replacement: "this.#threw(activation, newLetter('tell', message), thrown);\nreturn 'handled';",
    why: 'What an actor told is never tried again once its handler threw.',
  },
  {
    name: 'a batch that waits for a commit is forgotten',
    file: SHARD,
    search: 'return this.#commits.inFlight === 0 && (this.#open !== null ||',
    replacement: 'return this.#commits.inFlight === 0 && (',
    why: 'Whoever asked without changing anything is never answered.',
  },
  {
    name: 'leftovers are not stored',
    file: LEFTOVERS,
    search: "if (letter.source === 'tell' && letter.leftovers === null)",
    replacement: "if (letter.source === 'ask')",
    why: 'Messages that one batch could not handle are lost in a crash.',
  },
  {
    name: 'what was handled stays stored',
    file: HANDLING,
    search: 'if (letter.leftovers !== null) this.#leftovers.handled(letter);',
    replacement: '',
    why: 'What was handled is handled again after a crash.',
  },
  {
    name: 'a row of leftovers goes with the first of them',
    file: LEFTOVERS,
    search: 'left === 0 ? undefined :',
    replacement: 'left >= 0 ? undefined :',
    why: 'The others of the row are lost in a crash.',
  },
  {
    name: 'numbers of leftovers begin anew',
    file: LEFTOVERS,
    search: 'this.#sequence = Math.max(this.#sequence, queueSequence(key));',
    replacement: '',
    why: 'After a restart, a message takes the place of one that still waits.',
  },
  {
    name: 'leftovers are not taken up',
    file: HANDLING,
    search: 'this.deliverLetter(delivery, letter);\n      });',
    replacement: '});',
    why: 'Messages that one batch could not handle are never handled after a crash.',
  },
  {
    name: 'effects are not started after a crash',
    file: HANDLING,
    search: 'this.#parts.effects.start(key, record);',
    replacement: '',
    why: 'What was asked for before a crash never comes to its end.',
  },
  {
    name: 'timers are lost in a crash',
    file: HANDLING,
    search: 'this.#parts.timers.set(key, timer);',
    replacement: '',
    why: 'An actor that waits for time to pass waits for ever.',
  },
  {
    name: 'ends are handled after they were taken back',
    file: HANDLING,
    search: "if (letter.record !== null && !this.#isDue(letter)) return 'handled';",
    replacement: '',
    why: 'An effect or timer that was cancelled comes nevertheless.',
  },
  {
    name: 'an actor leaves memory with messages in its queue',
    file: 'runtime/activations.ts',
    search: 'if (isQueued || isUrgent || isResting || mailbox.length > 0) return;',
    replacement: '',
    why: 'There are two of one actor, and one overwrites what the other did.',
  },
];

/** Bugs of messages between shards. */
const AROUND_PEERS: readonly Mutation[] = [
  {
    name: 'the number of a taken message is not stored',
    file: 'runtime/inbox.ts',
    search: 'this.#overlay.set(inboxKey(this.#peer), row);',
    replacement: '',
    why: 'After a crash the receiver takes messages again.',
  },
  {
    name: 'a message is taken twice',
    file: 'runtime/inbox.ts',
    search: 'if (sequence !== lastTaken + 1) continue;',
    replacement: 'if (sequence !== lastTaken + 1 && sequence !== lastTaken) continue;',
    why: 'A message that is sent again is handled again.',
  },
  {
    name: 'gaps are skipped',
    file: 'runtime/inbox.ts',
    search: 'if (sequence !== lastTaken + 1) continue;',
    replacement: 'if (sequence <= lastTaken) continue;',
    why: 'What was lost on the way is never asked for again.',
  },
  {
    name: 'a message too many is forgotten',
    file: OUTBOX,
    search: 'next !== undefined && next <= sequence;',
    replacement: 'next !== undefined && next <= sequence + 1;',
    why: 'The sender forgets a message that was not taken.',
  },
  {
    name: 'messages are acknowledged before the commit',
    file: 'runtime/peers.ts',
    search: 'return peer.inbox.take(incoming, room);',
    replacement:
      "const taken = peer.inbox.take(incoming, room);\nfor (const due of peer.inbox.acknowledgements(true)) peer.link?.send({ type: 'acknowledge', from: this.#options.self, ...due });\nreturn taken;",
    why: 'The sender forgets what a crash of the receiver undoes.',
  },
  {
    name: 'what is not durable counts as acknowledged',
    file: OUTBOX,
    search: 'this.#lastSent - this.#enclosed + 1',
    replacement: 'this.#lastSent + 1',
    why: 'The receiver skips messages that are being stored when the link is made anew. A bug that this suite found.',
  },
  {
    name: 'nothing is sent again',
    file: 'runtime/peers.ts',
    search: 'if (peer.oldest === oldest) peer.outbox.resend();',
    replacement: '',
    why: 'What a link loses is lost.',
  },
  {
    name: 'numbers of the outbox begin anew',
    file: OUTBOX,
    search: 'this.#lastSent = stored?.lastSent ?? 0;',
    replacement: 'this.#lastSent = 0;',
    why: 'After a crash the receiver takes new messages for old ones.',
  },
];

/** Bugs of effects, timers and clients. */
const AROUND_ENDS: readonly Mutation[] = [
  {
    name: 'effects have no deadline',
    file: 'runtime/effects.ts',
    search: "end({ ok: false, error: { code: 'TimedOut', reason } });",
    replacement: '',
    why: 'A call that never returns holds its actor up for ever.',
  },
  {
    name: 'lanes are never free again',
    file: 'runtime/effects.ts',
    search: 'if (hasLane) this.#lanes.free(laneOf(record));',
    replacement: '',
    why: 'Effects wait for others that have ended.',
  },
  {
    name: 'an effect that failed has ended well',
    file: 'runtime/effects.ts',
    search: 'this.#options.ended(key, record, outcome);',
    replacement: 'this.#options.ended(key, record, { ok: true, value: null });',
    why: 'An actor goes on as if it had been done.',
  },
  {
    name: 'a timer that is set later is not looked at',
    file: 'runtime/timer.ts',
    search: 'if (dueMs < this.#armedForMs) this.#arm();',
    replacement: 'if (this.#byKey.size === 1) this.#arm();',
    why: 'A timer that is due before the others comes with them.',
  },
  {
    name: 'timers come once in the life of a shard',
    file: 'runtime/timer.ts',
    search: '      this.#fire(first.key, first.timer);\n    }\n    this.#arm();',
    replacement: '      this.#fire(first.key, first.timer);\n    }',
    why: 'Timers behind the first one never come.',
  },
  {
    name: 'asks have no deadline',
    file: 'runtime/system.ts',
    search: "settle(failed({ code: 'AskTimedOut', deadlineMs }));",
    replacement: '',
    why: 'A client whose answer was lost waits for ever.',
  },
  {
    name: 'asks of a shard that is gone are forgotten',
    file: 'runtime/system.ts',
    search: "waiting.settle(failed({ code: 'ShardStopped' }));",
    replacement: '',
    why: 'A client waits for ever for a shard that has died.',
  },
  {
    name: 'entries of indexes are never taken out',
    file: 'runtime/batch.ts',
    search: 'for (const entry of old) if (!wanted.includes(entry)) this.set(entry, undefined);',
    replacement: '',
    why: 'Lists show rows as they were.',
  },
];

/** Bugs as they could be made: the order of things, a line forgotten, one too many or too few. */
export const MUTATIONS: readonly Mutation[] = [...AROUND_COMMITS, ...AROUND_HANDLERS, ...AROUND_PEERS, ...AROUND_ENDS];
