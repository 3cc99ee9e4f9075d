import { element } from './dom.js';

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

let ahead = 0;

/** The node's clock counts: an operator's own may be off. */
export function setClock(serverSeconds) {
  ahead = serverSeconds - Date.now() / 1000;
}

export const now = () => Date.now() / 1000 + ahead;

export function moment(seconds) {
  const date = new Date(seconds * 1000);
  return element('time', { datetime: date.toISOString(), title: `${date.toISOString()}, Unix ${seconds}` }, full.format(date));
}

/** The two largest units: "3 d 4 h", "12 min 5 s". */
export function span(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = [[Math.floor(whole / 86400), 'd'], [Math.floor(whole / 3600) % 24, 'h'], [Math.floor(whole / 60) % 60, 'min'], [whole % 60, 's']];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(' ');
}
