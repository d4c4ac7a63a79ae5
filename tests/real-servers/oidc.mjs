// A certified OpenID provider on a free port of this machine, as strict as it can be set: PKCE always, refresh tokens
// that rotate (one presented twice takes its whole family with it), `iss` in every answer, tokens that live briefly.
// Prints its base URL on the first line and ends with its standard input. /test/token-requests says how many requests the
// token endpoint has had.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const people = { jane: { name: 'Jane Black', email: 'jane.black@example.com' } };

const configuration = {
  clients: [{
    client_id: 'connspec-app',
    client_secret: 'oidc-client-secret-7f3a9c',
    // A native application: the port of its loopback address may be any (RFC 8252 §7.3).
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/oauth/cb/app'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...(people[id] ?? { name: id, email: `${id}@example.com` }) }),
  }),
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  ttl: { AccessToken: 60, AuthorizationCode: 30, IdToken: 60, RefreshToken: 3600, Grant: 3600, Interaction: 300, Session: 3600 },
  cookies: { keys: ['of this run only'] },
};

let tokenRequests = 0;
const server = createServer();
// A client that comes back to an idle connection must find it open, however slow the machine is.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  console.info = console.warn;
  const answer = new Provider(issuer, configuration).callback();
  server.on('request', (request, response) => {
    if (request.url === '/test/token-requests') return response.end(String(tokenRequests));
    if (request.method === 'POST' && request.url === '/token') tokenRequests += 1;
    return answer(request, response);
  });
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit());
