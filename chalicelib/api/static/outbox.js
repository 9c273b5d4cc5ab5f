// What was decided and is not sent yet. An action is held for a moment, in which it can be undone without a trace;
// then it is sent, each of its steps under a key of its own, so that sending twice does it once.

import {Failure, newKey} from './api.js';

export const HOLD_MILLIS = 8000;
const STORED = 'laurel.outbox';
const AT_ONCE_MAX = 4;
const TICK_MILLIS = 200;

/** Actions in flight. Tells `changed` of every change, and `sent(entry, answer)` of every entry that was done. */
export class Outbox {
  constructor(api, {changed, sent, now = () => performance.now()}) {
    this.api = api;
    this.changed = changed;
    this.sent = sent;
    this.now = now;
    this.groups = [];
    this.timer = null;
  }

  /**
   * Hold an action. `entries` are `{kind, id, title, to, steps: [{method, path, body}]}`; the steps of an entry are
   * sent one after the other, entries side by side.
   */
  add(title, done, entries) {
    const group = {
      id: newKey(), title, done, state: 'held', left: HOLD_MILLIS, isPaused: false, seen: this.now(),
      entries: entries.map((entry) => ({
        ...entry, state: 'held', failure: null, at: 0, steps: entry.steps.map((step) => ({...step, key: newKey()})),
      })),
    };
    this.groups.push(group);
    this.keep();
    this.run();
    this.changed();
    return group;
  }

  /** The entry of a thing that is on its way, if there is one. */
  entryOf(kind, id) {
    for (const group of this.groups) {
      const found = group.entries.find((each) => each.kind === kind && each.id === id && each.state !== 'done');
      if (found) return found;
    }
    return null;
  }

  /** Take back what is still held; nothing is sent. Without a group the last one. */
  undo(group = this.groups.findLast((each) => each.state === 'held')) {
    if (group?.state !== 'held') return null;
    this.drop(group);
    return group;
  }

  /** Forget a group that has been seen. */
  drop(group) {
    this.groups = this.groups.filter((each) => each !== group);
    this.keep();
    this.changed();
  }

  /** Hold on: somebody reads the notice. */
  pause(group, isPaused) {
    group.isPaused = isPaused;
    group.seen = this.now();
  }

  /** Send what is held now. */
  async send(group) {
    if (group.state === 'sending') return;
    group.state = 'sending';
    this.keep();
    this.changed();
    const waiting = group.entries.filter((each) => each.state !== 'done');
    const work = async () => {
      for (let entry = waiting.shift(); entry; entry = waiting.shift()) await this.sendOne(entry);
    };
    await Promise.all(Array.from({length: AT_ONCE_MAX}, work));
    group.state = group.entries.some((each) => each.state === 'failed') ? 'failed' : 'done';
    this.keep();
    this.changed();
  }

  async sendOne(entry) {
    entry.state = 'sending';
    entry.failure = null;
    try {
      let answer = null;
      for (; entry.at < entry.steps.length; entry.at += 1) {
        const {method, path, body, key} = entry.steps[entry.at];
        answer = await this.api.call(method, path, {body, key});
      }
      entry.state = 'done';
      this.sent(entry, answer);
    } catch (failure) {
      entry.state = 'failed';
      entry.failure = failure instanceof Failure ? failure : new Failure(0, String(failure?.message ?? failure));
    }
    this.changed();
  }

  /** Send everything that is not sent, because the page is being left: the browser finishes it without us. */
  flush() {
    for (const group of this.groups) {
      if (group.state !== 'held') continue;
      group.state = 'left';
      for (const entry of group.entries) this.sendInOneGo(entry);
    }
    this.keep();
  }

  async sendInOneGo(entry) {
    for (const {method, path, body, key} of entry.steps.slice(entry.at)) {
      // Without waiting for an answer: whoever leaves does not hear it. The key makes sending again harmless.
      this.api.call(method, path, {body, key, keepalive: true}).catch(() => {});
    }
  }

  /** Go on with what an earlier life of this tab had decided. */
  resume() {
    const kept = JSON.parse(sessionStorage.getItem(STORED) ?? '[]');
    this.groups = kept.filter((group) => group.site === this.api.session.site);
    for (const group of this.groups) {
      for (const entry of group.entries) if (entry.state !== 'done') entry.state = 'held';
      this.send(group);
    }
    this.changed();
  }

  keep() {
    const open = this.groups.filter((group) => group.state !== 'done');
    const plain = open.map((group) => ({
      ...group, site: this.api.session.site, entries: group.entries.map((each) => ({...each, failure: null})),
    }));
    if (plain.length) sessionStorage.setItem(STORED, JSON.stringify(plain));
    else sessionStorage.removeItem(STORED);
  }

  run() {
    this.timer ??= setInterval(() => this.tick(), TICK_MILLIS);
  }

  tick() {
    const held = this.groups.filter((each) => each.state === 'held');
    if (!held.length) {
      clearInterval(this.timer);
      this.timer = null;
    }
    for (const group of held) {
      const now = this.now();
      if (!group.isPaused) group.left -= now - group.seen;
      group.seen = now;
      if (group.left <= 0) this.send(group);
    }
  }
}
