// Cards at the edge of the page: what is held and can be undone, what is being sent, what went wrong.

import {button, glyph, h, say} from './dom.js';
import {several} from './words.js';

const SEEN_MILLIS = 4000;
const FAILURES_SHOWN_MAX = 20;

export class Notices {
  constructor(region, outbox, {open, undone}) {
    this.region = region;
    this.outbox = outbox;
    this.open = open;
    this.undone = undone;
    this.cards = new Map();
    this.notes = new Map();
  }

  /** Draw the cards of the outbox anew, those that did not change state in place: a focus is not lost. */
  draw() {
    for (const [id, card] of this.cards) {
      if (this.outbox.groups.some((each) => each.id === id)) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    for (const group of this.outbox.groups) this.drawOne(group);
  }

  drawOne(group) {
    const done = group.entries.filter((each) => each.state === 'done').length;
    const failed = group.entries.filter((each) => each.state === 'failed');
    const mark = `${group.state}/${done}/${failed.length}`;
    const known = this.cards.get(group.id);
    if (known?.mark === mark) return;
    const element = this.card(group, done, failed);
    // Who listens hears each state once, not each item of a hundred.
    if (known?.state !== group.state) this.tell(group, failed.length);
    if (known) known.element.replaceWith(element);
    else this.region.append(element);
    this.cards.set(group.id, {element, mark, state: group.state});
    if (group.state === 'done') setTimeout(() => this.outbox.drop(group), SEEN_MILLIS);
  }

  tell(group, failed) {
    const words = {
      held: `${group.title}. Press U to undo.`, sending: '', done: `${group.done}.`,
      failed: `${several(failed, 'item')} failed.`,
    };
    if (words[group.state]) say(words[group.state], group.state === 'failed');
  }

  card(group, done, failed) {
    const total = group.entries.length;
    const heading = {
      held: group.title, sending: total > 1 ? `${group.title} · ${done} of ${total}` : `${group.title}…`,
      done: group.done, failed: failed.length === total ? `Failed: ${group.title}` : `${several(failed.length, 'item')} failed`,
    }[group.state];
    const card = h(`section.card.is-${group.state}`, {
      'aria-label': heading,
      onpointerenter: () => this.outbox.pause(group, true), onpointerleave: () => this.outbox.pause(group, false),
      onfocusin: () => this.outbox.pause(group, true), onfocusout: () => this.outbox.pause(group, false),
    }, h('p', {}, heading));
    if (group.state === 'held') card.append(this.holding(group));
    if (group.state === 'sending' && total > 1) {
      card.append(h('progress', {max: total, value: done + failed.length, 'aria-label': heading}));
    }
    if (group.state === 'failed') card.append(this.failing(group, failed));
    return card;
  }

  holding(group) {
    const bar = h('div.fuse', {}, h('i', {style: {animationDuration: `${Math.max(group.left, 0)}ms`}}));
    return h('div.actions', {},
      bar,
      button('Undo', {class: 'strong undo', onclick: () => this.undone(this.outbox.undo(group))}, 'undo'),
      button('Send now', {class: 'quiet send-now', onclick: () => this.outbox.send(group)}));
  }

  failing(group, failed) {
    return h('div', {},
      h('ul.failures', {}, failed.slice(0, FAILURES_SHOWN_MAX).map((entry) => h('li', {},
        h('button.link', {type: 'button', onclick: () => this.open(entry.kind, entry.id)}, entry.title),
        h('span', {}, entry.failure?.message ?? '')))),
      failed.length > FAILURES_SHOWN_MAX && h('p', {}, `and ${failed.length - FAILURES_SHOWN_MAX} more`),
      h('div.actions', {},
        button('Try again', {class: 'strong again', onclick: () => this.outbox.send(group)}, 'reload'),
        button('Dismiss', {class: 'quiet dismiss', onclick: () => this.outbox.drop(group)})));
  }

  /** A message that stays until it is dismissed or called back by its name. */
  note(name, words, {isBad = false, action = null} = {}) {
    this.unnote(name);
    const card = h(`section.card${isBad ? '.is-failed' : ''}`, {'aria-label': words}, h('p', {}, words),
      h('div.actions', {}, action && button(action.word, {class: 'strong', onclick: action.act}),
        glyph('Dismiss', 'cross', {onclick: () => this.unnote(name)})));
    this.notes.set(name, card);
    this.region.append(card);
    say(words, isBad);
  }

  unnote(name) {
    this.notes.get(name)?.remove();
    this.notes.delete(name);
  }
}
