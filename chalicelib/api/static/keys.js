// Keys of the page: single letters, never while somebody types, and a list of them to look at.

import {ask, h} from './dom.js';

export const KEYS = [
  ['j', 'Next item'], ['k', 'Previous item'], ['Enter', 'Open the item'], ['x', 'Select or deselect the item'],
  ['a', 'Approve'], ['p', 'Publish'], ['r', 'Reject'], ['u', 'Undo'], ['e', 'Edit the first field'],
  ['Esc', 'Close, or clear the selection'], ['?', 'This list'],
];
const ON_THE_PICTURE = [
  ['+ / -', 'Zoom'], ['0', 'Fit the picture'], ['Arrows', 'Move the picture, a hot spot or the focal point'],
  ['Shift + arrows', 'Move in larger steps'], ['Delete', 'Remove the hot spot'],
];

/** Whether a key pressed there is meant for what has the focus. */
function isTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector('dialog[open]')) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)) return event.key !== 'Escape';
  if (target.tagName !== 'INPUT') return event.key === 'Enter';
  return !/^(checkbox|radio)$/.test(target.type) && event.key !== 'Escape';
}

/** Listen: `actions` are functions by key. */
export function listen(actions) {
  const heard = (event) => {
    const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || isTaken(event)) return;
    event.preventDefault();
    act(event);
  };
  document.addEventListener('keydown', heard);
  return () => document.removeEventListener('keydown', heard);
}

/** Show the keys. */
export function help() {
  const rows = (list) => list.map(([key, words]) => h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, words)));
  return ask('Keys', () => h('div.keys', {},
    h('dl', {}, rows(KEYS)), h('h3', {}, 'On the picture'), h('dl', {}, rows(ON_THE_PICTURE))));
}
