// What whoever made a photo allowed: the state, the trail that proves it, and the next steps.

import {at, newKey} from './api.js';
import {ask, button, field, h, say} from './dom.js';
import {ageSince, instantWord} from './words.js';

const STATES = {
  none: 'No rights', implicit: 'Implied by hashtag and terms', requested: 'Requested', granted: 'Granted', denied: 'Denied',
};
/** State → what may be noted next; the server has the last word. */
const WAYS = {
  none: ['requested', 'granted', 'denied'], implicit: ['requested', 'granted', 'denied'], requested: ['granted', 'denied'],
  granted: ['denied'], denied: ['requested', 'granted'],
};
const NEXT = {requested: 'Ask…', granted: 'Note as granted…', denied: 'Note as denied…'};
const TITLE = {requested: 'Ask for rights', granted: 'Rights granted', denied: 'Rights denied'};
const TEXT_CHARACTERS_MAX = 1000;

/** The part of the page; `changed` hears the photo after a step. */
export function rightsOf(item, api, changed) {
  const {state, trail} = item.rights;
  const step = async (to) => {
    const text = await asked(item, api, to);
    if (text === null) return;
    try {
      changed(await api.call('PUT', at`/photos/${item.photoId}/rights`, {body: {state: to, text}, key: newKey()}));
      say(`Rights: ${STATES[to]}.`);
    } catch (failure) {
      say(failure.message, true);
      problem.textContent = failure.message;
    }
  };
  const problem = h('p.problem');
  return [
    h('p', {}, h(`span.state.is-rights-${state}`, {}, STATES[state] ?? state)),
    trail?.length ? h('ol.history', {}, trail.map((each) => h('li', {},
      h('time', {dateTime: each.at, title: instantWord(each.at)}, ageSince(each.at)),
      h('span', {}, STATES[each.state] ?? each.state, each.by && ` · ${each.by}`, each.text && h('small', {}, ` ${each.text}`))))) : null,
    h('div.actions', {}, (WAYS[state] ?? []).map((to) => button(NEXT[to], {class: 'strong', data: {rights: to}, onclick: () => step(to)}))),
    problem,
  ];
}

/** The words that go on the trail: those that ask, to be copied and sent, or those that were answered. */
async function asked(item, api, to) {
  const words = to === 'requested'
    ? await api.get(`${at`/photos/${item.photoId}/rights`}?language=${encodeURIComponent(navigator.language)}`).then((said) => said.text, () => '')
    : '';
  return ask(TITLE[to], (done) => {
    const text = h('textarea', {rows: 5, maxLength: TEXT_CHARACTERS_MAX, value: words, autofocus: true});
    const copy = button('Copy', {class: 'strong', onclick: () => {
      text.select();
      navigator.clipboard?.writeText(text.value).then(() => say('Copied.'), () => {});
    }});
    const note = to === 'requested' ? 'Send these words to whoever made the photo; here it is noted that you asked.'
      : 'What was said, and where: it proves the answer.';
    return h('div.reason-form', {}, field('Words', text, note), h('footer.actions', {}, to === 'requested' && copy,
      button('Cancel', {class: 'quiet', onclick: () => done(null)}),
      button('Note it', {class: 'primary note-it', onclick: () => done(text.value.trim())})));
  });
}
