// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import * as iam from '@aws-sdk/client-iam'
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import { issueCertificate } from '../../support/certificates'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from '../iam/refused'
import { type IdentityProvider, publicJwk, startProvider, tokenOf } from './identity-provider'
import { havePolicy, haveRole, type Keys, withKeys } from './people'

describe('AssumeRoleWithWebIdentity', () => {
  let c: Cloud
  let alice: Clients
  let idp: IdentityProvider
  let providerArn: string

  const role = () => `arn:aws:iam::${alice.accountId}:role/visitor`
  const seconds = () => Math.floor(c.clock.now() / 1000)
  const claims = (more: object = {}) => ({
    iss: `https://${idp.url}`,
    sub: 'ann@example.org',
    aud: 'app',
    iat: seconds(),
    exp: seconds() + 600,
    ...more,
  })
  const assume = (WebIdentityToken: string, more: Partial<AssumeRoleWithWebIdentityCommandInput> = {}) =>
    withKeys(c, {})
      .sts()
      .send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: role(),
          RoleSessionName: 'visit',
          WebIdentityToken,
          ...more,
        }),
      )
  const signed = (more: object = {}) => tokenOf(claims(more), idp.signing)
  const trust = (Condition: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: providerArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition,
        },
      ],
    })
  const setThumbprints = (ThumbprintList: string[]) =>
    alice.iam().send(
      new iam.UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn: providerArn,
        ThumbprintList,
      }),
    )

  before(async () => {
    idp = await startProvider()
  })
  after(() => idp.close())

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    idp.asked.length = 0
    const made = await alice.iam().send(
      new iam.CreateOpenIDConnectProviderCommand({
        Url: `https://${idp.url}`,
        ClientIDList: ['app', 'other'],
        ThumbprintList: [idp.thumbprint.toUpperCase()],
      }),
    )
    providerArn = made.OpenIDConnectProviderArn ?? ''
    await haveRole(alice, 'visitor', trust({ StringEquals: { [`${idp.url}:aud`]: 'app' } }))
  })
  afterEach(() => c.close())

  it('gives a role to whom a provider vouches for', async () => {
    assert.equal(providerArn, `arn:aws:iam::${alice.accountId}:oidc-provider/${idp.url}`)
    const got = await assume(signed())
    assert.equal(got.Provider, providerArn)
    assert.equal(got.Audience, 'app')
    assert.equal(got.SubjectFromWebIdentityToken, 'ann@example.org')
    const { Arn } = await withKeys(c, got.Credentials ?? {})
      .sts()
      .send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:sts::${alice.accountId}:assumed-role/visitor/visit`)
    assert.deepEqual(idp.asked, ['/.well-known/openid-configuration', '/keys'])
  })

  it('gives it for an hour, or as long as is asked for and the role allows', async () => {
    const lasts = async (DurationSeconds?: number) => {
      const { Credentials } = await assume(signed(), DurationSeconds === undefined ? {} : { DurationSeconds })
      return ((Credentials?.Expiration?.getTime() ?? 0) - c.clock.now()) / 1000
    }
    assert.deepEqual([await lasts(), await lasts(900), await lasts(3600)], [3600, 900, 3600])
    const least = 'Invalid duration requested, minimum permitted duration is 900 seconds.'
    await refusedWith('ValidationError', 400, least, lasts(899))
    const most = 'Invalid duration requested, maximum permitted duration is 3600 seconds.'
    await refusedWith('ValidationError', 400, most, lasts(3601))
  })

  it('keeps with it who vouched for whom', async () => {
    const { Credentials = {} } = await assume(signed())
    const list = () =>
      withKeys(c, Credentials as Keys)
        .iam()
        .send(new iam.ListRolesCommand({}))
    for (const [key, value] of [
      ['aws:FederatedProvider', providerArn],
      [`${idp.url}:aud`, 'app'],
      [`${idp.url}:sub`, 'ann@example.org'],
    ] as const) {
      const may = (text: string) => {
        const Condition = { StringEquals: { [key]: text } }
        const Statement = [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*', Condition }]
        havePolicy(c, alice.accountId, 'role/visitor', JSON.stringify({ Statement }))
      }
      may(value)
      await list()
      may(`not ${value}`)
      await refusedWith('NotAuthorized', 403, undefined, list())
    }
  })

  it('asks the role whom it trusts, by audience and subject', async () => {
    const denied = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
    await refusedWith('AccessDenied', 403, denied, assume(signed({ aud: 'other' })))
    const change = (Condition: object) =>
      alice
        .iam()
        .send(
          new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'visitor', PolicyDocument: trust(Condition) }),
        )
    await change({ StringEquals: { [`${idp.url}:sub`]: 'ben@example.org' } })
    await refusedWith('AccessDenied', 403, denied, assume(signed()))
    await change({ StringEquals: { [`${idp.url}:sub`]: 'ann@example.org' } })
    await assume(signed({ aud: ['unknown', 'other'] }))
  })

  it('refuses tokens that are over, not begun, or none, without asking anybody', async () => {
    const late = assume(signed({ exp: seconds() - 61 }))
    await refusedWith('ExpiredTokenException', 400, 'Token has expired', late)
    for (const more of [{ nbf: seconds() + 61 }, { iat: seconds() + 61 }]) {
      await refusedWith('InvalidIdentityToken', 400, 'Token not yet valid', assume(signed(more)))
    }
    const none =
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)'
    await refusedWith('InvalidIdentityToken', 400, none, assume('junk'))
    await refusedWith('ValidationError', 400, 'Token invalid', assume('x'.repeat(20_001)))
    await refusedWith('InvalidIdentityToken', 400, 'Invalid token subject', assume(signed({ sub: '' })))
    const audience = 'Incorrect token audience'
    await refusedWith('InvalidIdentityToken', 400, audience, assume(signed({ aud: 'unknown' })))
    for (const iss of ['https://elsewhere.example.org', `http://${idp.url}`, 7]) {
      await refusedWith('InvalidIdentityToken', 400, undefined, assume(signed({ iss })))
    }
    await refusedWith('InvalidIdentityToken', 400, undefined, assume(signed({ exp: 'never' })))
    const RoleArn = `${role()}s`
    await refusedWith('InvalidParameterValue', 400, `Invalid role: ${RoleArn}`, assume(signed(), { RoleArn }))
    await refusedWith('ValidationError', 400, undefined, assume(signed(), { RoleSessionName: 'a b' }))
    assert.deepEqual(idp.asked, [])
  })

  it('refuses what the provider has not signed', async () => {
    const forger = issueCertificate({ name: 'forger', key: 3 })
    const [head = '', body = '', signature = ''] = signed().split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    const hmac = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'one' })).toString('base64url')
    const shared = createHmac('sha256', JSON.stringify(publicJwk(idp.signing, 'one')))
    const bad = [
      tokenOf(claims(), forger),
      tokenOf(claims(), idp.signing, { head: { kid: 'two' } }),
      tokenOf(claims(), idp.signing, { head: { alg: 'RS512' } }),
      tokenOf(claims(), idp.signing, { head: { crit: ['exp'] } }),
      `${none}.${body}.${signature}`,
      `${hmac}.${body}.${shared.update(`${hmac}.${body}`).digest('base64url')}`,
      `${head}.${Buffer.from(JSON.stringify(claims({ sub: 'root' }))).toString('base64url')}.${signature}`,
    ]
    for (const token of bad) {
      await refusedWith('InvalidIdentityToken', 400, 'Token signature invalid', assume(token))
    }
    await assume(tokenOf(claims(), idp.signing, { head: { alg: 'RS512' }, digest: 'sha512' }))
  })

  it('knows the provider by its certificate, or by who signed that', async () => {
    await setThumbprints([idp.authorityThumbprint])
    await assume(signed())
    await setThumbprints(['0'.repeat(40)])
    const mismatch = 'SSL Certificate thumbprint does not match'
    await refusedWith('ValidationError', 400, mismatch, assume(signed()))
    // Nobody on this machine's own list has signed it.
    await setThumbprints([])
    await refusedWith('ValidationError', 400, mismatch, assume(signed()))
  })

  it('is not taken in by who has a certificate of the same authority for another host', async () => {
    const pretender = await startProvider()
    try {
      pretender.pretend()
      const arn = await alice.iam().send(
        new iam.CreateOpenIDConnectProviderCommand({
          Url: `https://${pretender.url}`,
          ClientIDList: ['app'],
          ThumbprintList: [pretender.authorityThumbprint],
        }),
      )
      assert.ok(arn.OpenIDConnectProviderArn)
      const token = tokenOf(claims({ iss: `https://${pretender.url}` }), pretender.signing)
      const mismatch = 'SSL Certificate thumbprint does not match'
      await refusedWith('ValidationError', 400, mismatch, assume(token))
      assert.deepEqual(pretender.asked, [])
    } finally {
      await pretender.close()
    }
  })

  it('asks for so many at a time and no more', async () => {
    const token = signed()
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () =>
        assume(token).then(
          () => 'assumed',
          (error: { name: string }) => error.name,
        ),
      ),
    )
    const count = (outcome: string) => outcomes.filter(one => one === outcome).length
    assert.equal(count('assumed') + count('ServiceUnavailable'), 40)
    assert.ok(count('assumed') >= 32 && count('ServiceUnavailable') > 0, outcomes.join())
    await assume(token)
  })

  it('says that the provider cannot be asked', async () => {
    const { answers } = idp
    const before = new Map(answers)
    const changes: readonly (readonly [string, { status?: number; body: string }])[] = [
      ['/keys', { status: 500, body: '' }],
      ['/keys', { body: 'x'.repeat(300 * 1024) }],
      ['/.well-known/openid-configuration', { body: 'null' }],
      ['/.well-known/openid-configuration', { body: '{"issuer":"https://elsewhere"}' }],
      [
        '/.well-known/openid-configuration',
        { body: JSON.stringify({ issuer: `https://${idp.url}`, jwks_uri: `http://${idp.url}/keys` }) },
      ],
    ]
    for (const [path, answer] of changes) {
      answers.set(path, answer)
      await refusedWith('IDPCommunicationError', 400, undefined, assume(signed()))
      for (const [one, was] of before) answers.set(one, was)
    }
    assert.deepEqual(
      c.engine.read(tx => tx.sessions.list()),
      [],
    )
  })
})
