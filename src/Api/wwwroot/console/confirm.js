import { byId, element } from './dom.js';

/**
 * Asks before something that can't be undone. Resolves to { reason }, or to null.
 * @param name must be typed exactly, where it is given.
 */
export function confirm({ title, text, action, name, reason = true }) {
  const dialog = byId('confirm');
  byId('confirm-title').replaceChildren(...title);
  byId('confirm-text').replaceChildren(...text.map(line => element('p', {}, ...line)));
  byId('confirm-reason-field').hidden = !reason;
  byId('confirm-name-field').hidden = !name;
  byId('confirm-expected').textContent = name ?? '';
  byId('confirm-reason').value = '';
  byId('confirm-name').value = '';
  const yes = byId('confirm-yes');
  yes.textContent = action;
  const check = () => { yes.disabled = Boolean(name) && byId('confirm-name').value !== name; };
  byId('confirm-name').oninput = check;
  check();

  // Enter in a field would press the first button, which is Cancel: it is to mean yes, where yes is allowed.
  dialog.onkeydown = event => {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
    event.preventDefault();
    if (!yes.disabled) yes.click();
  };
  dialog.returnValue = '';
  dialog.showModal();
  (name ? byId('confirm-name') : reason ? byId('confirm-reason') : byId('confirm-cancel')).focus();
  return new Promise(resolve => {
    dialog.addEventListener('close',
      () => resolve(dialog.returnValue === 'yes' ? { reason: byId('confirm-reason').value.trim() || undefined } : null), { once: true });
  });
}
