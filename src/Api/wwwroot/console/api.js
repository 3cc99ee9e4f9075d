// The operator's token lives here and nowhere else: no storage, no cookie. A reload forgets it.
let token = null;

export const setToken = value => { token = value; };
export const currentToken = () => token;

/** What went wrong, and what to do about it. */
export class Refused extends Error {
  constructor(what, todo, { signIn = false, repeat = false } = {}) {
    super(what);
    this.todo = todo;
    this.signIn = signIn;
    this.repeat = repeat;
  }
}

/** @param scope what the request needs, for when it is missing. */
export async function ask(path, { method = 'GET', body, scope = 'curfew:read', signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new Refused(
      'The node did not answer.',
      method === 'GET' ? 'Check that it runs and that you can reach it, then repeat.' : 'What was asked may be in effect or not: repeat it when the node answers.',
      { repeat: true });
  }
  if (answer.ok) return answer;
  throw await refusal(answer, method, scope);
}

async function refusal(answer, method, scope) {
  const detail = await detailOf(answer);
  switch (answer.status) {
    case 401: return ended(/revoked|expired/.exec(answer.headers.get('WWW-Authenticate') ?? '')?.[0]);
    case 403: return new Refused(`Your token lacks the scope ${scope}, or its issuer may not grant it.`, `Sign in with a token that has ${scope}.`);
    case 429: return new Refused(detail ?? 'Too many requests.', 'Nothing was changed.');
    case 503: return method === 'GET'
      ? new Refused('The grains or their storage do not answer.', 'Nothing is known just now, and nothing is guessed. Repeat in a moment; if it lasts, look at the silos and their storage.', { repeat: true })
      : new Refused('Not confirmed: the grains or their storage did not answer.', 'It may be in effect or not. Repeat it until it is confirmed: doing it twice does no harm.', { repeat: true });
    case 400: return new Refused(detail ?? 'The node refused the request.', 'Correct it and repeat.');
    default: return new Refused(`The node answered ${answer.status}. ${detail ?? ''}`, 'Look at its log.', { repeat: true });
  }
}

/** Why the operator's own token is not accepted any more. */
export function ended(why) {
  if (why === 'revoked') return new Refused('Your token was revoked: you were logged out.', 'Sign in again with a new token.', { signIn: true });
  if (why === 'expired') return new Refused('Your token has expired.', 'Sign in again with a new token.', { signIn: true });
  return new Refused('The token is not accepted: it is no valid access token for this service.', 'Check that you copied all of it, and that its issuer and audience are those of this service.', { signIn: true });
}

async function detailOf(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return undefined;
  }
}
