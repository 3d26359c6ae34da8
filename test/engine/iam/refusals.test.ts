// SPDX-License-Identifier: BSD-2-Clause
// Every operation of Euare, tried by those who may not: a user without a policy, and the administrator of another account.
import assert from 'node:assert/strict'
import { connect } from '../../../src/clients/connection'
import { querySender, type Send } from '../../../src/clients/query-client'
import { loadSettings } from '../../../src/config'
import { iam } from '../../../src/engine/iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { allowing, euareOf, type Key } from './euare'

const sender = async (c: Cloud, { id, secret }: Key): Promise<Send> => {
  const settings = loadSettings({
    env: { MALLEE_HOME: c.home, EUCA_CONFIG_PATH: '' },
    home: c.home,
    cwd: c.home,
  })
  const connection = await connect(
    'iam',
    { ...settings, credentials: () => ({ accessKeyId: id, secretKey: secret }) },
    { door: request => c.engine.handle(request), now: () => c.clock.now() },
  )
  return querySender(connection, { dialect: 'query', version: '2010-05-08', bare: false })
}

describe('every operation on identities', () => {
  let c: Cloud
  let alice: Clients
  let input: Record<string, unknown>
  let bob: Key

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    const admin = await euareOf(c, alice.key)
    const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] })
    for (const UserName of ['bob', 'carol', 'dan']) await admin.createUser({ UserName })
    const keyOf = async (UserName: string): Promise<Key> => {
      const { AccessKey } = await admin.createAccessKey({ UserName })
      return { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' }
    }
    bob = await keyOf('bob')
    const carol = await keyOf('carol')
    await admin.createGroup({ GroupName: 'staff' })
    await admin.createRole({ RoleName: 'builder', AssumeRolePolicyDocument })
    await admin.createInstanceProfile({ InstanceProfileName: 'builder' })
    const PolicyDocument = allowing('ec2:*')
    await admin.putUserPolicy({ UserName: 'carol', PolicyName: 'p', PolicyDocument })
    await admin.putGroupPolicy({ GroupName: 'staff', PolicyName: 'p', PolicyDocument })
    await admin.putRolePolicy({ RoleName: 'builder', PolicyName: 'p', PolicyDocument })
    await admin.createLoginProfile({ UserName: 'carol', Password: 'euca123' })
    const { Certificate } = await admin.createSigningCertificate({ UserName: 'carol' })
    const { OpenIDConnectProviderArn } = await admin.createOpenIDConnectProvider({
      Url: 'https://id.example.com',
      ClientIDList: ['x'],
      ThumbprintList: ['0'.repeat(40)],
    })
    input = {
      ...{ UserName: 'carol', GroupName: 'staff', RoleName: 'builder', InstanceProfileName: 'builder' },
      ...{ AccountName: 'alice', AccountAlias: 'alice', PolicyName: 'p', PolicyDocument },
      ...{ AssumeRolePolicyDocument, Password: 'other', OldPassword: 'a', NewPassword: 'b' },
      ...{ AccessKeyId: carol.id, CertificateId: Certificate?.CertificateId, Status: 'Inactive' },
      ...{ InfoKey: 'k', InfoValue: 'v', IsRecursive: true, Recursive: true },
      ...{ OpenIDConnectProviderArn, Url: 'https://other.example.com', ClientID: 'y' },
      ...{ ClientIDList: ['y'], ThumbprintList: ['1'.repeat(40)] },
      ...{ PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', VersionId: 'v1' },
      PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      ...{ ServerCertificateName: 'cert', CertificateBody: 'x', PrivateKey: 'x', CertificateChain: 'x' },
      ...{ SerialNumber: `arn:aws:iam::${alice.accountId}:mfa/carol`, VirtualMFADeviceName: 'carol' },
      ...{ AuthenticationCode1: '111111', AuthenticationCode2: '222222', Description: 'd' },
      ...{ PolicySourceArn: `arn:aws:iam::${alice.accountId}:user/carol`, ActionNames: ['ec2:RunInstances'] },
      ...{ PolicyInputList: [PolicyDocument], SetAsDefault: true },
      ...{ Tags: [{ Key: 'k', Value: 'v' }], TagKeys: ['k'] },
    }
  })
  after(() => c.close())

  const records = () =>
    c.engine.read(tx =>
      JSON.stringify([
        tx.accounts.list().filter(({ id }) => id === alice.accountId),
        tx.accessKeys.list().filter(({ account }) => account === alice.accountId),
        ...[tx.users, tx.groups, tx.roles, tx.instanceProfiles, tx.heldPolicies, tx.managedPolicies].map(
          table => table.in(alice.accountId).list(),
        ),
        ...[tx.signingCertificates, tx.oidcProviders, tx.mfaDevices, tx.serverCertificates].map(table =>
          table.in(alice.accountId).list(),
        ),
      ]),
    )

  const attempts = async (key: Key) => {
    const send = await sender(c, key)
    const outcomes: Record<string, string> = {}
    for (const [name, { schema }] of Object.entries(iam.operations)) {
      outcomes[name] = await send(schema, input).then(
        output => `answered ${JSON.stringify(output)}`,
        (error: { code: string; status: number }) => `${error.status} ${error.code}`,
      )
    }
    return outcomes
  }

  it('is refused to a user without a policy, and changes nothing', async () => {
    const was = records()
    const outcomes = Object.entries(await attempts(bob))
    const others = outcomes.filter(([, outcome]) => !/^403 (NotAuthorized|AccessDenied)$/.test(outcome))
    assert.deepEqual(others, [])
    assert.ok(outcomes.length > 90)
    assert.equal(records(), was)
  })

  it('tells the administrator of another account nothing of this one, and changes nothing in it', async () => {
    const mallory = await c.account('mallory')
    const was = records()
    const outcomes = await attempts(mallory.key)
    const told = Object.entries(outcomes).filter(([, outcome]) => outcome.includes(alice.accountId))
    assert.deepEqual(told, [])
    assert.equal(records(), was)
  })
})
