// Revocation and introspection as two OAuth client libraries do them.
import { createInterface } from 'node:readline';
import * as openid from 'openid-client';
import * as oauth from 'oauth4webapi';

function endpoints(base) {
  return { issuer: base, revocation_endpoint: `${base}/oauth/revoke`, introspection_endpoint: `${base}/oauth/introspect` };
}

const libraries = {
  'openid-client': ({ base, id, secret, method }) => {
    const auth = method === 'basic' ? openid.ClientSecretBasic(secret) : openid.ClientSecretPost(secret);
    const config = new openid.Configuration(endpoints(base), id, undefined, auth);
    openid.allowInsecureRequests(config);
    return {
      introspect: (token, hint) => openid.tokenIntrospection(config, token, hint ? { token_type_hint: hint } : undefined),
      revoke: (token, hint) => openid.tokenRevocation(config, token, hint ? { token_type_hint: hint } : undefined),
    };
  },
  oauth4webapi: ({ base, id, secret, method }) => {
    const as = endpoints(base);
    const client = { client_id: id };
    const auth = method === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
    const options = hint => ({
      [oauth.allowInsecureRequests]: true,
      ...(hint ? { additionalParameters: { token_type_hint: hint } } : {}),
    });
    return {
      introspect: async (token, hint) => oauth.processIntrospectionResponse(
        as, client, await oauth.introspectionRequest(as, client, auth, token, options(hint))),
      revoke: async (token, hint) => oauth.processRevocationResponse(
        await oauth.revocationRequest(as, client, auth, token, options(hint))),
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await libraries[question.library](question)[question.verb](question.token, question.hint)) ?? null };
  } catch (e) {
    const challenges = Array.isArray(e.cause) ? e.cause : undefined;
    answer = { kind: e.constructor.name, status: e.status ?? null, error: e.error ?? null, scheme: challenges?.[0]?.scheme ?? null, message: e.message };
  }

  console.log(JSON.stringify(answer));
}
