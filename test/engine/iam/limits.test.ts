// SPDX-License-Identifier: BSD-2-Clause
// What may be so long or so many, and not one more.
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { issueCertificate } from '../../support/certificates'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveUser, trusting, withKeys } from '../sts/people'
import { allowing } from './euare'
import { refusedWith } from './refused'

const ec2 = { Service: 'ec2.amazonaws.com' }
const text = (length: number): string => 'a'.repeat(length)
/** Of so many characters. */
const padded = (document: string, length: number): string => document + ' '.repeat(length - document.length)

describe('at its limit and over it', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
  })
  afterEach(() => c.close())

  const bounded = async (
    most: number,
    request: (length: number) => Promise<unknown>,
    code = 'ValidationError',
    status = 400,
  ): Promise<void> => {
    await refusedWith(code, status, undefined, request(most + 1))
    await request(most)
  }

  it('is a name', async () => {
    const profile = (length: number) =>
      client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: text(length) }))
    await bounded(128, profile)
    const device = (length: number) =>
      client.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: text(length) }))
    await bounded(226, device)
    const policy = (length: number) =>
      client.send(new iam.CreatePolicyCommand({ PolicyName: text(length), PolicyDocument: allowing('*') }))
    await bounded(128, policy)
    for (const [command, message] of [
      [new iam.CreateInstanceProfileCommand({ InstanceProfileName: '' }), 'Empty instance profile name'],
      [
        new iam.CreateRoleCommand({ RoleName: '', AssumeRolePolicyDocument: trusting(ec2) }),
        'Empty role name',
      ],
      [new iam.CreatePolicyCommand({ PolicyName: '', PolicyDocument: allowing('*') }), 'Empty policy name'],
    ] as const) {
      await refusedWith('InvalidName', 400, message, client.send(command as iam.CreateRoleCommand))
    }
  })

  it('is a path', async () => {
    const made = issueCertificate({ name: 'alone.example.org', key: 3 })
    const paths: ((Path: string, name: string) => Promise<unknown>)[] = [
      (Path, GroupName) => client.send(new iam.CreateGroupCommand({ GroupName, Path })),
      (Path, InstanceProfileName) =>
        client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName, Path })),
      (Path, RoleName) =>
        client.send(new iam.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: trusting(ec2) })),
      (Path, PolicyName) =>
        client.send(new iam.CreatePolicyCommand({ PolicyName, Path, PolicyDocument: allowing('*') })),
      (Path, ServerCertificateName) =>
        client.send(
          new iam.UploadServerCertificateCommand({
            ...{ ServerCertificateName, Path },
            ...{ CertificateBody: made.certificate, PrivateKey: made.privateKey },
          }),
        ),
    ]
    for (const make of paths) {
      await bounded(512, length => make(`/${text(length - 2)}/`, `n${length}`))
      await refusedWith('ValidationError', 400, undefined, make('/\u007f/', 'x'))
      await make('/!~', 'edge')
    }
  })

  it('is a document, or how many there are', async () => {
    await client.send(new iam.CreateUserCommand({ UserName: 'bob' }))
    const put = (PolicyName: string, PolicyDocument: string) =>
      client.send(new iam.PutUserPolicyCommand({ UserName: 'bob', PolicyName, PolicyDocument }))
    const long = (length: number) => put('long', padded(allowing('*'), length))
    await bounded(16_384, long, 'MalformedPolicyDocument')
    const trust = (length: number) =>
      client.send(
        new iam.CreateRoleCommand({
          RoleName: 'builder',
          AssumeRolePolicyDocument: padded(trusting(ec2), length),
        }),
      )
    await bounded(16_384, trust, 'MalformedPolicyDocument')
    const managed = (length: number) => {
      const rest = allowing('ec2:*', 'arn:aws:ec2:::image/').length
      const PolicyDocument = allowing('ec2:*', `arn:aws:ec2:::image/${text(length - rest)}`)
      return client.send(new iam.CreatePolicyCommand({ PolicyName: 'long', PolicyDocument }))
    }
    await bounded(6144, managed, 'LimitExceeded', 409)
    // One record, rather than ninety-nine requests.
    c.engine.write(tx => {
      const all = tx.heldPolicies.in(alice.accountId)
      const held = all.must('user/bob')
      const more = Array.from({ length: 98 }, (_, index) => ({ name: `p${index}`, document: allowing('*') }))
      all.put({ ...held, inline: [...held.inline, ...more] })
    })
    await put('hundredth', allowing('*'))
    await refusedWith('LimitExceeded', 409, 'Policy quota exceeded', put('more', allowing('*')))
    await put('hundredth', allowing('ec2:*'))
  })

  it('is what is said of a role, and how long it may last', async () => {
    const AssumeRolePolicyDocument = trusting(ec2)
    const make = (RoleName: string, more: Partial<iam.CreateRoleRequest>) =>
      client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }))
    await bounded(1000, length => make('told', { Description: text(length) }))
    await bounded(43_200, MaxSessionDuration => make('long', { MaxSessionDuration }))
    await make('short', { MaxSessionDuration: 3600 })
  })

  it('is a session of a role, or of somebody known elsewhere', async () => {
    const ann = haveUser(c, alice.accountId, 'ann')
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/reader`
    const AssumeRolePolicyDocument = trusting({ AWS: ann.arn })
    await client.send(new iam.CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument }))
    const assume = (more: Partial<sts.AssumeRoleRequest>) =>
      withKeys(c, ann)
        .sts()
        .send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'work', ...more }))
    await bounded(64, length => assume({ RoleSessionName: text(length) }))
    await assume({ RoleSessionName: 'ab' })
    await bounded(2048, length => assume({ Policy: padded(allowing('*'), length) }))
    const readers = Array.from({ length: 10 }, () => ({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }))
    await assume({ PolicyArns: readers })
    const admin = { AccessKeyId: alice.key.id, SecretAccessKey: alice.key.secret }
    const federate = (length: number) =>
      withKeys(c, admin)
        .sts()
        .send(new sts.GetFederationTokenCommand({ Name: text(length) }))
    await bounded(32, federate)
    await federate(2)
  })

  it('is an identity provider', async () => {
    const make = (Url: string, more: Partial<iam.CreateOpenIDConnectProviderRequest> = {}) =>
      client.send(new iam.CreateOpenIDConnectProviderCommand({ Url, ...more }))
    await bounded(255, length => make('https://idp.example/'.padEnd(length, 'a')))
    const clients = (count: number) => Array.from({ length: count }, (_, index) => `client-${index}`)
    const withClients = (count: number) => make('https://a.example', { ClientIDList: clients(count) })
    await bounded(100, withClients, 'LimitExceeded', 409)
    const prints = (count: number) =>
      Array.from({ length: count }, (_, index) => String(index).padStart(40, '0'))
    const withPrints = (count: number) => make('https://b.example', { ThumbprintList: prints(count) })
    await bounded(5, withPrints, 'InvalidInput')
    await bounded(255, length => make(`https://c${length}.example`, { ClientIDList: [text(length)] }))
  })

  it('is how many devices somebody has', async () => {
    const account = alice.accountId
    const serial = (number: number): string => `arn:aws:iam::${account}:mfa/d${number}`
    c.engine.write(tx => {
      for (let number = 0; number < 9; number += 1) {
        const owner = number < 8 ? { userName: 'admin', enabledAt: tx.now } : {}
        tx.mfaDevices.put({ account, serial: serial(number), seed: 'A'.repeat(64), ...owner })
      }
    })
    const ninth = new iam.EnableMFADeviceCommand({
      ...{ UserName: 'admin', SerialNumber: serial(8) },
      ...{ AuthenticationCode1: '123456', AuthenticationCode2: '654321' },
    })
    const message = 'Cannot exceed quota for MfaDevicesPerUser: 8'
    await refusedWith('LimitExceeded', 409, message, client.send(ninth))
    const { MFADevices } = await client.send(new iam.ListMFADevicesCommand({}))
    assert.equal(MFADevices?.length, 8)
  })
})
