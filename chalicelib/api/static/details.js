// What receipts and photos have in common when one is open: heading, reasons, actions, history, rejecting with a reason.

import {ask, button, field, fill, glyph, h, icon} from './dom.js';
import {REASONS, VERB, ageSince, instantWord, stateWord, verbsOf} from './words.js';

const NOTE_CHARACTERS_MAX = 500;

/** The heading: what it is, in which state, since when and whose. */
export function heading(kind, item, {title, facts, back}) {
  return h('header.heading', {},
    glyph('Back to the queue', 'back', {class: 'back', onclick: back}),
    h('div.names', {},
      h('h1', {tabIndex: -1}, title),
      h('p.facts', {}, h(`span.state.is-${item.state}`, {}, stateWord(item.state)),
        facts.filter(Boolean).map((each) => h('span', {}, each)))));
}

/** The buttons for what can be done now. */
export function actions(kind, state, act, entry = null, paid = false) {
  const bar = h('div.verbs', {role: 'toolbar', 'aria-label': 'Decide'});
  if (entry && entry.state !== 'failed') return fill(bar, [h('p.busy', {}, `${VERB[entry.verb]?.doing ?? 'Working'}…`)]);
  const verbs = verbsOf(kind, state, paid);
  const looks = (verb) => (verb === verbs[0] && verb !== 'reverse' ? 'primary' : verb === 'reject' || verb === 'reverse' ? 'danger' : 'strong');
  const words = (verb) => (verb === 'publish' && state === 'pending' ? 'Approve and publish' : VERB[verb].word);
  return fill(bar, [
    verbs.map((verb) => h('button', {type: 'button', class: looks(verb), data: {verb}, onclick: () => act(verb)},
      words(verb), VERB[verb].key && h('kbd', {'aria-hidden': 'true'}, VERB[verb].key.toUpperCase()))),
    !verbs.length && h('p.busy', {}, 'Nothing is left to decide.'),
  ]);
}

/** Why it is here. */
export function reasons(item) {
  if (!item.reasons?.length) return null;
  return section('Why it is here', h('ul.reasons', {}, item.reasons.map((each) => h('li', {},
    icon('warn'), h('span', {}, each.text, each.about && h('small', {}, ` ${each.about}`))))));
}

/** What happened to it, latest first. */
export function history(item) {
  if (!item.history?.length) return null;
  return section('History', h('ol.history', {}, [...item.history].reverse().map((each) => h('li', {},
    h('time', {dateTime: each.at, title: instantWord(each.at)}, `${ageSince(each.at)}`),
    h('span', {}, h('b', {}, each.verb), each.by && ` by ${each.by}`, each.text && h('small', {}, ` ${each.text}`))))));
}

export function section(title, ...content) {
  return h('section.part', {}, h('h2', {}, title), content);
}

/** Ask for a reason; gives `{reason, code}` or null. For rejections there are reasons to choose from. */
export function askReason(verb, kind, count) {
  const templates = verb === 'reject' ? REASONS[kind] ?? [] : [];
  const title = `${VERB[verb].word.replace('…', '')}${count > 1 ? ` ${count} items` : ''}`;
  return ask(title, (done) => {
    const text = h('textarea', {rows: 3, maxLength: NOTE_CHARACTERS_MAX, required: true, autofocus: true});
    const problem = h('p.problem', {role: 'alert'});
    let code = null;
    const choose = ([known, words]) => {
      code = known;
      text.value = words;
      problem.textContent = '';
      for (const each of list.children) each.firstChild.setAttribute('aria-pressed', String(each.firstChild.dataset.code === known));
      text.focus();
    };
    const list = h('ul.templates', {}, templates.map((each) => h('li', {}, h('button', {
      type: 'button', data: {code: each[0]}, 'aria-pressed': 'false', onclick: () => choose(each),
    }, each[1]))));
    const send = () => {
      const reason = text.value.trim();
      if (!reason) {
        problem.textContent = 'Say why, in a sentence that the shopper will read.';
        text.focus();
        return;
      }
      const isAsChosen = templates.some((each) => each[0] === code && each[1] === reason);
      done(isAsChosen ? {reason, code} : {reason});
    };
    text.addEventListener('input', () => { problem.textContent = ''; });
    text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
    });
    return h('div.reason-form', {}, templates.length ? list : null,
      field('Reason', text, verb === 'reject' ? 'The shopper reads this.' : 'Kept with the points that are taken back.'), problem,
      h('footer.actions', {}, button('Cancel', {class: 'quiet', onclick: () => done(null)}),
        button(title, {class: 'danger send', onclick: send})));
  });
}

/** How sure the reader was, as a number and a shape, not as a colour alone. */
export function confidence(share, sure) {
  const words = {high: 'sure', mid: 'fairly sure', low: 'unsure', unknown: 'not read'}[sure];
  return h(`span.sure.is-${sure}`, {title: words, 'aria-label': share === null ? words : `${words}, ${share} per cent`},
    share === null ? '–' : `${share}%`);
}
