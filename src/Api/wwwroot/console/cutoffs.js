import { ask } from './api.js';
import { byId } from './dom.js';
import { clear } from './notices.js';
import { confirm } from './confirm.js';
import { rowsOf, showRows } from './facts.js';
import { attempt, quoted, revoke } from './revoke.js';

let shown = null;

export function startCutoffs() {
  byId('find-cutoff').addEventListener('submit', event => {
    event.preventDefault();
    clear();
    look({ iss: byId('cutoff-issuer').value, client_id: byId('cutoff-client').value || undefined }, true);
  });
  byId('log-out-cutoff').addEventListener('submit', async event => {
    event.preventDefault();
    await logOut(shown);
  });
}

export function forgetCutoffs() {
  shown = null;
  byId('cutoff').hidden = true;
  byId('cutoff-client').value = '';
}

const titleOf = target => target.client_id ? ['Client ', ...quoted(target.client_id), ' of ', ...quoted(target.iss)] : ['Issuer ', ...quoted(target.iss)];

const look = (target, focus = false) => attempt(async () => {
  const page = await (await ask(`/revocations?${new URLSearchParams(JSON.parse(JSON.stringify(target)))}`)).json();
  shown = target;
  byId('cutoff-title').replaceChildren(...titleOf(target));
  byId('cutoff-none').textContent = page.cutoff ? '' : 'No cutoff: no token is refused on its account.';
  byId('log-out-cutoff').querySelector('button').textContent = target.client_id ? 'Refuse all of this client’s tokens…' : 'Refuse all of this issuer’s tokens…';
  byId('cutoff').hidden = false;
  showRows(byId('cutoff-facts'), rowsOf(page));
  if (focus) byId('cutoff-title').focus();
});

async function logOut(target) {
  const whose = target.client_id ? 'the client' : 'the issuer';
  const first = await confirm({
    title: ['Refuse every token of ', whose, ' ', ...quoted(target.client_id ?? target.iss), '?'],
    text: [
      ['Every token of it that was issued up to now is refused, for all users and on all nodes. They all have to sign in again, and nobody is exempt', target.client_id ? '.' : ': you are not either, if your own token is of this issuer.'],
      ['This can’t be undone.']],
    action: 'Go on…',
  });
  if (!first) return;
  const name = target.client_id ?? target.iss;
  const second = await confirm({
    title: ['Are you sure?'],
    text: [['This logs out everybody who uses ', ...quoted(name), '.']],
    action: `Refuse all tokens`,
    name,
    reason: false,
  });
  if (!second) return;
  await revoke(
    { ...target, everything: true, ...(target.client_id ? {} : { confirm: 'issuer' }), reason: first.reason },
    ['Every token of ', whose, ' ', ...quoted(name), ' that was issued up to now is revoked.'], () => look(target));
}
