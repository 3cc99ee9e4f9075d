// An OpenID provider by jose: discovery and keys over HTTP, tokens of every algorithm, keys that change under the same name.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const algorithms = ['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];
const keys = new Map();

async function makeKey(alg) {
  const pair = await generateKeyPair(alg, { extractable: true });
  keys.set(alg, { kid: `${alg}-1`, privateKey: pair.privateKey, jwk: await exportJWK(pair.publicKey) });
}

for (const alg of algorithms)
  await makeKey(alg);

const server = createServer((request, response) => {
  const body = request.url === '/jwks'
    ? { keys: [...keys].map(([alg, key]) => ({ ...key.jwk, alg, kid: key.kid, use: 'sig' })) }
    : { issuer: url, jwks_uri: `${url}/jwks` };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;

const verbs = {
  url: () => url,

  // typ, claims; iat and exp unless the claims have their own.
  mint: ({ alg, typ, claims, lifetime }) => {
    const key = keys.get(alg);
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: url, iat: now, ...(lifetime ? { exp: now + lifetime } : {}), jti: crypto.randomUUID(), ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, ...(typ ? { typ } : {}) }).sign(key.privateKey);
  },

  // New material, the same kid.
  replace: async ({ alg }) => makeKey(alg),
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify({ answer: (await verbs[question.verb](question)) ?? null }));
}

process.exit(0);
