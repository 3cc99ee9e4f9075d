import { byId, element } from './dom.js';

/** What happened and what to do; repeat, where that helps. */
export function problem(place, refused, repeat) {
  const again = repeat && refused.repeat ? element('button', { type: 'button' }, 'Repeat') : null;
  again?.addEventListener('click', repeat);
  place.replaceChildren(element('div', { class: 'notice error', role: 'alert' },
    element('p', {}, element('b', {}, refused.message), ' ', refused.todo ?? ''), again));
}

export function done(...text) {
  byId('notices').replaceChildren(element('div', { class: 'notice done', role: 'status' }, element('p', {}, ...text)));
  byId('notices').scrollIntoView({ block: 'nearest' });
}

export function working(text) {
  byId('notices').replaceChildren(element('div', { class: 'notice', role: 'status' }, element('p', {}, text)));
}

export const clear = () => byId('notices').replaceChildren();
