// How things are called and told: states, verbs, ages, instants, numbers. Pure.

export const KINDS = {receipt: 'Receipts', photo: 'Photos'};

export const STATES = {
  receipt: ['received', 'waiting', 'awarded', 'rejected', 'reversed', 'stuck', 'expired'],
  photo: ['received', 'pending', 'approved', 'published', 'rejected', 'withdrawn', 'stuck', 'expired'],
};
export const WAITING = {receipt: ['waiting', 'stuck'], photo: ['pending', 'approved', 'stuck']};

const STATE_WORDS = {
  received: 'Received', waiting: 'Waiting', awarded: 'Awarded', rejected: 'Rejected', reversed: 'Reversed',
  stuck: 'Stuck', expired: 'Expired', pending: 'Pending', approved: 'Approved', published: 'Published',
  withdrawn: 'Withdrawn',
};

/** A state as people read it. */
export const stateWord = (state) => STATE_WORDS[state] ?? state;

/** What can be done in a state: verbs in the order of their buttons. The server has the last word. */
const VERBS = {
  receipt: {
    received: [], waiting: ['approve', 'reject'], awarded: ['reverse'], rejected: ['reopen'], reversed: ['reopen'],
    stuck: ['retry', 'approve', 'reject'], expired: ['retry'],
  },
  photo: {
    received: [], pending: ['approve', 'publish', 'reject', 'withdraw'],
    approved: ['publish', 'reject', 'withdraw'], published: ['unpublish', 'withdraw'],
    rejected: ['reopen', 'withdraw'], withdrawn: ['reopen'], stuck: ['retry', 'reject'], expired: [],
  },
};

/** The verbs of a kind in a state; `paid` adds what takes the points of a photo back, which leaves it where it is. */
export function verbsOf(kind, state, paid = false) {
  const verbs = VERBS[kind]?.[state] ?? [];
  return kind === 'photo' && paid ? [...verbs, 'reverse'] : verbs;
}

/** What a verb is called, while it happens and afterwards; where it leads; its key and its drawing. */
export const VERB = {
  approve: {word: 'Approve', doing: 'Approving', done: 'Approved', key: 'a', to: {receipt: 'awarded', photo: 'approved'}},
  publish: {word: 'Publish', doing: 'Publishing', done: 'Published', key: 'p', to: {photo: 'published'}},
  unpublish: {word: 'Unpublish', doing: 'Unpublishing', done: 'Unpublished', to: {photo: 'approved'}},
  reject: {word: 'Reject…', doing: 'Rejecting', done: 'Rejected', key: 'r', to: {receipt: 'rejected', photo: 'rejected'}},
  withdraw: {word: 'Withdraw', doing: 'Withdrawing', done: 'Withdrawn', to: {photo: 'withdrawn'}},
  reverse: {word: 'Take points back…', doing: 'Reversing', done: 'Reversed', to: {receipt: 'reversed'}},
  reopen: {word: 'Reopen', doing: 'Reopening', done: 'Reopened', to: {receipt: 'waiting', photo: 'pending'}},
  retry: {word: 'Try again', doing: 'Sending again', done: 'Sent again', to: {receipt: 'received', photo: 'received'}},
};

/** Reasons to choose from, by kind: what a shopper reads. */
export const REASONS = {
  receipt: [
    ['unreadable', 'The photograph cannot be read. Please take it again in good light, with the whole receipt in it.'],
    ['incomplete', 'Part of the receipt is missing. Please upload a photograph of the whole receipt.'],
    ['unknown-shop', 'This shop does not take part in the programme.'],
    ['too-old', 'This receipt is too old to earn points.'],
    ['same-receipt', 'This receipt was handed in before.'],
    ['no-receipt', 'This picture does not show a receipt.'],
  ],
  photo: [
    ['unsuitable', 'This photo cannot be shown in our gallery.'],
    ['no-product', 'We could not find one of our products in this photo.'],
    ['poor-picture', 'This photo is too dark, too small or too blurred to be shown.'],
    ['no-rights', 'We are not sure that this photo is yours to share.'],
    ['alike', 'This photo was handed in before.'],
  ],
};

/** One of something, or several. */
export const several = (count, one, many = `${one}s`) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** An age in one unit: "now", "4 min", "3 h", "12 d". */
export function age(seconds) {
  if (seconds < 60) return 'now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** How old something is that is so since this instant. */
export function ageSince(instant, now = Date.now()) {
  const since = Date.parse(utc(instant));
  return Number.isNaN(since) ? '' : age(Math.max(0, (now - since) / 1000));
}

/** An instant as the person's own clock shows it. */
export function instantWord(instant) {
  const at = new Date(utc(instant));
  if (Number.isNaN(at.getTime())) return String(instant ?? '');
  return at.toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'});
}

// The vendor's answers write "2025-04-23 12:12:57" for UTC, and offsets without the colon that browsers ask for.
const utc = (instant) => String(instant ?? '').replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z')
  .replace(/([+-]\d\d)(\d\d)$/, '$1:$2');

/** A share of one as a whole percentage; confidences may come as percentages already. */
export function percent(confidence) {
  const number = Number(confidence);
  if (confidence === null || confidence === undefined || Number.isNaN(number)) return null;
  return Math.round(number > 1 ? number : number * 100);
}

/** How sure something is: a class for its colour. A shape and a number say the same. */
export function sureness(confidence) {
  const value = percent(confidence);
  if (value === null) return 'unknown';
  return value >= 90 ? 'high' : value >= 70 ? 'mid' : 'low';
}
