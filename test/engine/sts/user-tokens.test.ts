// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeImagesCommand, DescribeVolumesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { encodeAuthorizationMessage } from '../../../src/engine/authorization-messages'
import { systemCaller } from '../../../src/engine/callers'
import { codeAt, stepOf } from '../../../src/engine/iam/one-time-passwords'
import { transact } from '../../../src/engine/transaction'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from '../iam/refused'
import { havePolicy, haveUser, type Keys, policyOf, withKeys } from './people'

describe('tokens of users', () => {
  let c: Cloud
  let alice: Clients
  let ann: ReturnType<typeof haveUser>

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    ann = haveUser(c, alice.accountId, 'ann')
  })
  afterEach(() => c.close())

  const session = (who: Keys, input: sts.GetSessionTokenCommandInput = {}) =>
    withKeys(c, who).sts().send(new sts.GetSessionTokenCommand(input))
  const lasts = async (who: Keys, DurationSeconds?: number) => {
    const { Credentials } = await session(who, DurationSeconds === undefined ? {} : { DurationSeconds })
    return ((Credentials?.Expiration?.getTime() ?? 0) - c.clock.now()) / 1000
  }
  const admin = (): Keys => ({ AccessKeyId: alice.key.id, SecretAccessKey: alice.key.secret })

  it('last as long as is asked for, within limits, and an administrator’s an hour', async () => {
    assert.equal(await lasts(ann), 43_200)
    assert.equal(await lasts(ann, 0), 43_200)
    assert.equal(await lasts(ann, 900), 900)
    assert.equal(await lasts(ann, 129_600), 129_600)
    assert.equal(await lasts(admin()), 3600)
    assert.equal(await lasts(admin(), 900), 900)
    const tooLong = 'Invalid duration requested, maximum permitted duration is 129600 seconds.'
    await refusedWith('ValidationError', 400, tooLong, lasts(ann, 129_601))
    const tooShort = 'Invalid duration requested, minimum permitted duration is 900 seconds.'
    await refusedWith('ValidationError', 400, tooShort, lasts(ann, 899))
    const broken = 'Value (900.5) for parameter DurationSeconds is invalid.'
    await refusedWith('InvalidParameterValue', 400, broken, lasts(ann, 900.5))
  })

  it('are their users, expire, and are forgotten', async () => {
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Allow', 'iam:ListRoles'))
    const { Credentials } = await session(ann)
    const token = withKeys(c, Credentials ?? {})
    const identity = await token.sts().send(new sts.GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, ann.arn)
    await token.iam().send(new iam.ListRolesCommand({}))
    const again = session(Credentials ?? {})
    await refusedWith('MissingAuthenticationToken', 403, 'Temporary credential not permitted.', again)
    c.clock.advance(43_199)
    await token.iam().send(new iam.ListRolesCommand({}))
    c.clock.advance(1)
    await assert.rejects(token.iam().send(new iam.ListRolesCommand({})))
    await c.pass(24 * 3600)
    assert.deepEqual(
      c.engine.read(tx => tx.sessions.list()),
      [],
    )
  })

  it('end with their user, and while he is disabled', async () => {
    const { Credentials } = await session(ann)
    const who = () =>
      withKeys(c, Credentials ?? {})
        .sts()
        .send(new sts.GetCallerIdentityCommand({}))
    const change = (changes: object) =>
      c.engine.write(tx => {
        const users = tx.users.in(alice.accountId)
        users.put({ ...users.must('ann'), ...changes })
      })
    change({ enabled: false })
    await assert.rejects(who())
    change({ enabled: true })
    await who()
    // Somebody else who has her name.
    change({ id: 'AIDAASOMEBODYELSE2222' })
    await assert.rejects(who())
    c.engine.write(tx => tx.users.in(alice.accountId).delete('ann'))
    await assert.rejects(who())
  })

  it('are good with their own secret and token alone', async () => {
    const one: Keys = (await session(ann)).Credentials ?? {}
    const other: Keys = (await session(ann)).Credentials ?? {}
    const who = (keys: Keys) => withKeys(c, keys).sts().send(new sts.GetCallerIdentityCommand({}))
    await who(one)
    await assert.rejects(who({ ...one, SessionToken: other.SessionToken }))
    await assert.rejects(who({ ...one, SessionToken: one.SessionToken?.slice(1) }))
    await assert.rejects(who({ ...one, SecretAccessKey: other.SecretAccessKey }))
    await assert.rejects(who({ ...one, SessionToken: undefined }))
    await assert.rejects(who({ ...ann, SessionToken: one.SessionToken }))
  })

  it('prove a second factor, with a code that works once', async () => {
    const client = alice.iam()
    const { VirtualMFADevice } = await client.send(
      new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
    )
    const SerialNumber = VirtualMFADevice?.SerialNumber ?? ''
    const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
    const code = (offset = 0) => codeAt(seed, stepOf(new Date(c.clock.now())) + offset)
    const wrong = 'MultiFactorAuthentication failed with invalid MFA one time pass code. '
    const unknown =
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is ' +
      'valid and associated with this user.'
    const withCode = (TokenCode: string) => session(ann, { SerialNumber, TokenCode })
    await refusedWith('AccessDenied', 403, unknown, withCode(code()))
    await client.send(
      new iam.EnableMFADeviceCommand({
        UserName: 'ann',
        SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(),
      }),
    )
    await refusedWith('AccessDenied', 403, wrong, withCode(code()))
    c.clock.advance(30)
    havePolicy(
      c,
      alice.accountId,
      'user/ann',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'iam:ListRoles',
            Resource: '*',
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      }),
    )
    const { Credentials } = await withCode(code())
    await refusedWith('AccessDenied', 403, wrong, withCode(code()))
    await refusedWith('AccessDenied', 403, unknown, session(ann, { SerialNumber }))
    await withKeys(c, Credentials ?? {})
      .iam()
      .send(new iam.ListRolesCommand({}))
    const plain = withKeys(c, (await session(ann)).Credentials ?? {}).iam()
    await refusedWith('NotAuthorized', 403, undefined, plain.send(new iam.ListRolesCommand({})))
  })

  it('make somebody else a federated user, within what comes with him', async () => {
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Allow', '*'))
    const federate = (input: Partial<sts.GetFederationTokenCommandInput> = {}) =>
      withKeys(c, ann)
        .sts()
        .send(new sts.GetFederationTokenCommand({ Name: 'guest', ...input }))
    const { Credentials, FederatedUser } = await federate({
      Policy: policyOf('Allow', ['iam:*', 'ec2:DescribeVolumes']),
    })
    assert.equal(FederatedUser?.FederatedUserId, `${alice.accountId}:guest`)
    assert.equal(Credentials?.Expiration?.getTime(), c.clock.now() + 43_200_000)
    await refusedWith('ValidationError', 400, undefined, federate({ DurationSeconds: 129_601 }))
    await refusedWith('ValidationError', 400, undefined, federate({ DurationSeconds: 899 }))
    const guest = withKeys(c, Credentials ?? {})
    const { Arn } = await guest.sts().send(new sts.GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:sts::${alice.accountId}:federated-user/guest`)
    await guest.ec2().send(new DescribeVolumesCommand({}))
    const images = (who: typeof guest) => who.ec2().send(new DescribeImagesCommand({}))
    await refusedWith('UnauthorizedOperation', 403, undefined, images(guest))
    const nobody = withKeys(c, (await federate()).Credentials ?? {})
    await refusedWith('UnauthorizedOperation', 403, undefined, images(nobody))
    // He makes nothing that outlasts his session.
    const key = guest.iam().send(new iam.CreateAccessKeyCommand({ UserName: 'ann' }))
    await refusedWith('NotAuthorized', 403, undefined, key)
    for (const Name of ['a', 'a b', 'x'.repeat(33)]) {
      await refusedWith('ValidationError', 400, undefined, federate({ Name }))
    }
    havePolicy(c, alice.accountId, 'user/ann', policyOf('Deny', 'sts:GetFederationToken'))
    await refusedWith(
      'AccessDenied',
      403,
      `User: ${ann.arn} is not authorized to perform: sts:GetFederationToken on resource: ` +
        `arn:aws:sts::${alice.accountId}:federated-user/guest`,
      federate(),
    )
  })

  it('tell whose a key is, to whoever may ask', async () => {
    const info = (who: Keys, AccessKeyId: string) =>
      withKeys(c, who).sts().send(new sts.GetAccessKeyInfoCommand({ AccessKeyId }))
    assert.equal((await info(admin(), ann.AccessKeyId ?? '')).Account, alice.accountId)
    await refusedWith('AccessDenied', 403, undefined, info(ann, ann.AccessKeyId ?? ''))
    await refusedWith('ValidationError', 400, undefined, info(admin(), 'AKIAANOBODYSKEY22222'))
  })

  it('open messages of refusals of their own account, and no others', async () => {
    const encoded = (account: string) =>
      transact(
        c.engine.around,
        tx =>
          encodeAuthorizationMessage(
            tx,
            {
              action: 'ec2:StopInstances',
              resource: 'arn:aws:ec2:::instance/i-1',
              context: { 'ec2:tenancy': 'default' },
            },
            { allowed: false, reason: 'implicit-deny', by: [] },
          ),
        { reads: true, caller: { ...systemCaller, account } },
      )
    const decode = (EncodedMessage: string, who: Keys = admin()) =>
      withKeys(c, who).sts().send(new sts.DecodeAuthorizationMessageCommand({ EncodedMessage }))
    const message = encoded(alice.accountId)
    assert.match(message, /^[\w-]+$/)
    assert.equal(encoded(alice.accountId), message)
    const { DecodedMessage } = await decode(message)
    const document = JSON.parse(DecodedMessage ?? '{}')
    assert.equal(document.allowed, false)
    assert.equal(document.context.action, 'ec2:StopInstances')
    assert.deepEqual(document.context.conditions.items, [
      { key: 'ec2:tenancy', values: { items: [{ value: 'default' }] } },
    ])
    const invalid = 'InvalidAuthorizationMessageException'
    for (const bad of [
      encoded('000000000001'),
      message.slice(1),
      `${message}A`,
      'junk',
      `B${message.slice(1)}`,
    ]) {
      await refusedWith(invalid, 400, undefined, decode(bad))
    }
    await refusedWith('AccessDenied', 403, undefined, decode(message, ann))
  })

  it('tell which statement denied what EC2 refused', async () => {
    const Statement = [{ Sid: 'NoStops', Effect: 'Deny', Action: 'ec2:Stop*', Resource: '*' }]
    havePolicy(c, alice.accountId, 'user/ann', JSON.stringify({ Version: '2012-10-17', Statement }))
    const refused = withKeys(c, ann)
      .ec2()
      .send(new StopInstancesCommand({ InstanceIds: ['i-00000001'] }))
    const { message } = await refused.then(
      () => assert.fail('not refused'),
      (error: Error) => error,
    )
    const EncodedMessage = /Encoded authorization failure message: ([\w-]+)$/.exec(message)?.[1]
    const client = withKeys(c, admin()).sts()
    const decoded = await client.send(new sts.DecodeAuthorizationMessageCommand({ EncodedMessage }))
    const { explicitDeny, matchedStatements, context } = JSON.parse(decoded.DecodedMessage ?? '{}')
    assert.equal(explicitDeny, true)
    assert.deepEqual(matchedStatements.items, [
      {
        statementId: 'NoStops',
        effect: 'DENY',
        sourcePolicy: 'user_ann_p',
        actions: { items: [{ value: 'ec2:Stop*' }] },
        resources: { items: [{ value: '*' }] },
      },
    ])
    assert.equal(context.principal.arn, ann.arn)
    assert.equal(context.action, 'ec2:StopInstances')
  })
})
