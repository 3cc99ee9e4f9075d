import { currentToken, Refused, setToken } from './api.js';
import { byId, element, visible } from './dom.js';
import { forgetCutoffs, startCutoffs } from './cutoffs.js';
import { tick } from './facts.js';
import { addFigures, lost, showLive, unavailable } from './live.js';
import { clear, problem } from './notices.js';
import { onEnded } from './revoke.js';
import { follow, open } from './stream.js';
import { now, setClock, span } from './time.js';
import { forgetUser, startUser } from './user.js';

let operator = null;
let connection = null;

byId('sign-in-form').addEventListener('submit', async event => {
  event.preventDefault();
  const field = byId('token');
  const button = byId('sign-in-form').querySelector('button');
  setToken(field.value.trim().replace(/^Bearer\s+/i, ''));
  button.disabled = true;
  try {
    const probe = new AbortController();
    const about = await open(probe.signal);
    probe.abort();
    field.value = '';
    signedIn(about);
  } catch (failure) {
    setToken(null);
    problem(byId('sign-in-error'), failure instanceof Refused ? failure : new Refused('The page failed.', failure.message), () => byId('sign-in-form').requestSubmit());
  } finally {
    button.disabled = false;
  }
});

function signedIn(about) {
  operator = about;
  setClock(about.now);
  byId('sign-in-error').replaceChildren();
  byId('who').textContent = visible(about.sub);
  byId('node').textContent = `${about.hosting} · ${visible(about.node)} ·`;
  byId('issuers').replaceChildren(...about.issuers.map(issuer => element('option', { value: issuer })));
  byId('issuer').value ||= about.issuers[0] ?? '';
  byId('cutoff-issuer').value ||= about.issuers[0] ?? '';
  byId('dashboard').hidden = !about.dashboard;
  byId('read-only').hidden = about.admin;
  byId('read-only').textContent = 'You can look, but not log out: your token lacks curfew:admin. Sign in with one that has it.';
  for (const id of ['log-out-everything', 'log-out-session', 'log-out-token', 'log-out-cutoff']) byId(id).querySelector('button').disabled = !about.admin;
  showLive(about.hosting);
  show(true);
  byId('subject').focus();
  connection = new AbortController();
  follow(connection.signal, {
    onOpen: () => {},
    onEvent: (event, data) => {
      if (event === 'figures') {
        setClock(data.at);
        addFigures(data);
      } else if (event === 'unavailable') unavailable(operator.fail_open);
    },
    onLost: lost,
    onEnded: signOut,
  });
}

function signOut(refused) {
  connection?.abort();
  connection = operator = null;
  setToken(null);
  clear();
  forgetUser();
  forgetCutoffs();
  if (byId('confirm').open) byId('confirm').close();
  show(false);
  byId('sign-in-error').replaceChildren();
  if (refused) problem(byId('sign-in-error'), refused);
  byId('token').focus();
}

function show(signed) {
  byId('sign-in').hidden = signed;
  byId('desk').hidden = byId('operator').hidden = !signed;
}

// The dashboard is pages, not data, so a browser needs a cookie for it: its own sign-in takes the token from here.
byId('dashboard').addEventListener('submit', event => {
  const field = event.target.elements.token;
  field.value = currentToken();
  setTimeout(() => { field.value = ''; });
});

byId('sign-out').addEventListener('click', () => signOut());
onEnded(signOut);
startUser();
startCutoffs();
setInterval(() => {
  tick();
  if (operator) byId('token-left').textContent = `· token ends in ${span(operator.exp - now())}`;
}, 1000);
byId('token').focus();
