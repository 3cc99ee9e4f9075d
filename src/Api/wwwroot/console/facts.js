import { element, named } from './dom.js';
import { moment, now, span } from './time.js';

const bars = new Set();

/** The rows of an inspection's answer: { kind, what, at, by, reason, start, expires }. */
export function rowsOf(page) {
  const rows = [];
  if (page.cutoff) rows.push({ kind: 'everything', what: ['issued up to ', moment(page.cutoff.instant)], start: page.cutoff.at, ...page.cutoff });
  for (const session of page.sessions ?? []) rows.push({ kind: 'session', what: [named(session.sid)], start: session.at, ...session });
  for (const token of page.tokens ?? []) rows.push({ kind: 'token', what: [named(token.id)], start: token.at, ...token });
  for (const kept of page.kept ?? []) {
    rows.push({ kind: 'kept', what: [kept.sid ? 'session ' : 'token ', named(kept.sid ?? kept.id), ' stays signed in'], start: kept.cutoff, ...kept });
  }
  return rows;
}

export function showRows(list, rows, append = false) {
  if (!append) {
    for (const bar of bars) {
      if (bar.item.parentNode === list) bars.delete(bar);
    }
    list.replaceChildren();
  }
  list.append(...rows.map(fact));
  tick();
}

function fact(row) {
  const bar = element('span', { class: 'left' });
  const left = element('b');
  const item = element('li', { class: `fact ${row.kind}` },
    element('span', { class: 'kind' }, row.kind),
    element('span', { class: 'what' }, ...row.what),
    element('span', { class: 'why' },
      element('span', { class: 'muted' },
        ...(row.by ? ['by ', named(row.by), ' '] : []),
        ...(row.at ? [moment(row.at)] : [])),
      ...(row.reason ? [element('q', { class: 'reason' }, named(row.reason))] : [])),
    element('span', { class: 'time' },
      left,
      element('span', { class: 'bar', 'aria-hidden': 'true' }, bar)));
  bars.add({ item, bar, left, row });
  return item;
}

/** Once a second: how long each has left, of all the time that it had. */
export function tick() {
  for (const { bar, left, row } of bars) {
    const remaining = row.expires - now();
    const whole = Math.max(1, row.expires - (row.start ?? now()));
    left.textContent = remaining > 0 ? `${span(remaining)} left` : 'over';
    left.title = new Date(row.expires * 1000).toISOString();
    bar.style.width = `${Math.min(100, Math.max(0, (100 * remaining) / whole)).toFixed(1)}%`;
  }
}
