// A real OpenID provider on loopback, for the tests: whoever signs in as `role:code` gets these as claims.
import Provider from 'oidc-provider';

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
// 'grid_centre|duty_leader:L03' has two roles and a code
const claims = (login) => {
  const [roles, code] = login.split(':');
  return { roles: roles === 'nothing' ? [] : roles.split('|'), code: code ?? '', name: `张三 ${login}` };
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'finegrid',
    client_secret: secret,
    redirect_uris: [redirect],
    post_logout_redirect_uris: [redirect],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  claims: { openid: ['sub'], profile: ['name', 'roles', 'code'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  cookies: { keys: [secret] },
  findAccount: (_, login) => ({ accountId: login, claims: () => ({ sub: login, ...claims(login) }) }),
  // nobody has to consent to their own office's dashboard
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});
provider.on('server_error', (_, error) => console.error(error));
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
