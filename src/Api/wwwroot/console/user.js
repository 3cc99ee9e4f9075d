import { ask } from './api.js';
import { byId } from './dom.js';
import { clear } from './notices.js';
import { confirm } from './confirm.js';
import { rowsOf, showRows } from './facts.js';
import { attempt, quoted, revoke } from './revoke.js';

let shown = null;
let next = null;
let count = 0;

const pathOf = (user, cursor) =>
  `/revocations?${new URLSearchParams({ iss: user.iss, sub: user.sub, ...(cursor ? { cursor } : {}) })}`;

export function startUser() {
  byId('find').addEventListener('submit', event => {
    event.preventDefault();
    clear();
    find({ iss: byId('issuer').value, sub: byId('subject').value }, true);
  });
  byId('read-token').addEventListener('submit', event => {
    event.preventDefault();
    readToken();
  });
  byId('refresh').addEventListener('click', () => find(shown));
  byId('more').addEventListener('click', () => attempt(async () => add(await (await ask(pathOf(shown, next))).json())));
  byId('log-out-everything').addEventListener('submit', event => logOut(event, { everything: true }, () => [['Log out ', ...quoted(shown.sub), ' everywhere?'],
    [['Every token of every device that was issued up to now is refused, on all nodes. The user has to sign in again. This can’t be undone.']]], 'Log out everywhere'));
  byId('log-out-session').addEventListener('submit', event => logOut(event, { session: { sid: byId('sid').value } }, () => [['Log out one session of ', ...quoted(shown.sub), '?'],
    [['Session ', ...quoted(byId('sid').value), ': every token of it is refused, those that are minted in it later, too. This can’t be undone.']]], 'Log out session'));
  byId('log-out-token').addEventListener('submit', event => logOut(event, { token: tokenOf(byId('jti').value) }, () => [['Log out one token of ', ...quoted(shown.sub), '?'],
    [['Token ', ...quoted(byId('jti').value), ' is refused. If the user’s app can refresh it, log out the session instead. This can’t be undone.']]], 'Log out token'));
}

export function forgetUser() {
  shown = next = null;
  byId('user').hidden = true;
  for (const id of ['subject', 'their-token', 'sid', 'jti']) byId(id).value = '';
  showRows(byId('facts'), []);
}

const find = (user, focus = false) => attempt(async () => {
  const page = await (await ask(pathOf(user))).json();
  shown = user;
  count = 0;
  byId('user-title').replaceChildren(...quoted(user.sub), ' of ', ...quoted(user.iss));
  byId('user').hidden = false;
  showRows(byId('facts'), []);
  add(page);
  if (focus) byId('user-title').focus();
});

function add(page) {
  const rows = rowsOf(page);
  count += rows.length;
  next = page.next ?? null;
  showRows(byId('facts'), rows, true);
  byId('more').hidden = next === null;
  byId('facts-summary').textContent = count === 0
    ? 'None. No token of this user is refused on the user’s own account. (A user whom Curfew never heard of looks the same: check the spelling.)'
    : `${count}${next === null ? '' : ' shown, there are more'}. Each is kept until the last token that it covers has expired.`;
}

async function logOut(event, what, ask, action) {
  event.preventDefault();
  const user = shown;
  const [title, text] = ask();
  const confirmed = await confirm({ title, text, action });
  if (!confirmed) return;
  await revoke({ iss: user.iss, sub: user.sub, ...what, reason: confirmed.reason },
    ['Logged out ', ...quoted(user.sub), what.everything ? ' everywhere.' : what.session ? ': one session.' : ': one token.'], () => find(user));
}

// As listed, or a bare jti.
const tokenOf = text => (/^jti:.|^sha256:[0-9a-f]{64}$/su.test(text) ? { id: text } : { jti: text });

// Only to fill the fields: nobody's word is taken for anything here.
function readToken() {
  attempt(async () => {
    const field = byId('their-token');
    const parts = field.value.trim().replace(/^Bearer\s+/i, '').split('.');
    let claims;
    try {
      const bytes = Uint8Array.from(atob(parts[1].replace(/-/g, '+').replace(/_/g, '/')), mark => mark.charCodeAt(0));
      claims = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      field.setCustomValidity('This is no JWT: three parts with dots between them.');
      field.reportValidity();
      field.oninput = () => field.setCustomValidity('');
      return;
    }
    field.value = '';
    byId('issuer').value = claims.iss ?? '';
    byId('subject').value = claims.sub ?? '';
    byId('sid').value = claims.sid ?? '';
    byId('jti').value = claims.jti ?? '';
    clear();
    if (claims.iss && claims.sub) await find({ iss: String(claims.iss), sub: String(claims.sub) }, true);
  });
}
