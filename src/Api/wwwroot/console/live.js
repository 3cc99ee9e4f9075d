import { byId, element } from './dom.js';
import { Chart } from './chart.js';

const kinds = {
  token_revoked: 'token', session_revoked: 'session', user_cutoff: 'everywhere', client_cutoff: 'client', issuer_cutoff: 'issuer',
};

let checks;
let revocations;
let facts;
let processes;
let kindsNow;

export function showLive(hosting) {
  if (checks) return;
  checks = new Chart(byId('figure-checks'), [
    { key: 'valid', label: 'valid' }, { key: 'revoked', label: 'revoked' }, { key: 'unavailable', label: 'unknown' }], 'a second');
  revocations = new Chart(byId('figure-revocations'), [{ key: 'revocations', label: 'acknowledged' }], 'a second');
  // In a cluster nobody holds all of them; the store knows how many users there are that have some.
  const users = { key: 'users', label: hosting === 'embedded' ? 'users' : 'users who have some' };
  facts = new Chart(byId('figure-facts'), hosting === 'embedded' ? [{ key: 'facts', label: 'in all' }, users] : [users], '');
  kindsNow = element('p', { class: 'muted small' });
  byId('figure-checks').append(kindsNow);
  processes = {
    silos: element('b', { 'data-figure': 'silos' }, '–'),
    nodes: element('b', { 'data-figure': 'nodes' }, '–'),
  };
  byId('figure-processes').append(
    element('p', { class: 'count' }, processes.silos, ' silo(s)'),
    element('p', { class: 'count' }, processes.nodes, ' API node(s)'));
}

export function addFigures(figures) {
  const rate = count => (count ?? 0) / figures.seconds;
  const revoked = Object.entries(figures.checks).filter(([verdict]) => verdict in kinds);
  checks.add({
    valid: rate(figures.checks.valid),
    revoked: rate(revoked.reduce((sum, [, count]) => sum + count, 0)),
    unavailable: rate(figures.checks.unavailable),
  });
  const some = revoked.filter(([, count]) => count > 0);
  kindsNow.textContent = some.length ? `refused by: ${some.map(([verdict, count]) => `${kinds[verdict]} ${count}`).join(', ')}` : '';
  revocations.add({ revocations: rate(figures.revocations) });
  facts.add(figures);
  processes.silos.textContent = figures.silos ?? '–';
  processes.nodes.textContent = figures.nodes ?? '–';
  if (figures.fail_open > 0) state('bad', `FAILING OPEN: ${figures.fail_open} tokens were accepted unchecked`);
  else if (!figures.ready) state('bad', 'The grains or their storage do not answer');
  else state('good', 'Live');
}

export const unavailable = failOpen => state('bad', failOpen
  ? 'FAILING OPEN: the grains do not answer, and tokens are accepted unchecked. Whoever logged out is in again'
  : 'The grains do not answer: checks are answered with 503');

export const lost = why => state('bad', `${why.message} ${why.todo}`);

// Said once by a screen reader, not every second.
function state(kind, text) {
  const place = byId('live-state');
  if (place.textContent === text) return;
  place.className = `pill ${kind}`;
  place.textContent = text;
}
