import { ask, Refused } from './api.js';
import { byId, named } from './dom.js';
import { done, problem, working } from './notices.js';
import { moment } from './time.js';

let signOut;
export const onEnded = action => { signOut = action; };

/** Runs what may be refused, and shows why it was. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (failure) {
    const refused = failure instanceof Refused ? failure : new Refused(`The page failed: ${failure.message}`, 'Reload it; the service itself is not concerned.');
    if (refused.signIn) signOut(refused);
    else {
      problem(byId('notices'), refused, () => attempt(action));
      byId('notices').scrollIntoView({ block: 'nearest' });
    }
    return false;
  }
}

/** Revokes, says the result, and shows what is live then. */
export const revoke = (body, what, then) => attempt(async () => {
  working('Telling every node…');
  const answer = await (await ask('/revocations', { method: 'POST', body, scope: 'curfew:admin' })).json();
  done(...what, ' It is refused everywhere from now on.',
    ...(answer.not_before ? [' Tokens issued from ', moment(answer.not_before), ' on are accepted again.'] : []));
  await then();
});

export const quoted = text => ['“', named(text), '”'];
