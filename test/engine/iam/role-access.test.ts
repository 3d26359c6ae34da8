// SPDX-License-Identifier: BSD-2-Clause
// Every operation on roles, profiles, managed policies, certificates, providers and devices: refused without a policy,
// let through by one for just that action and resource, refused by one for another resource.
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { credentialOperations } from '../../../src/engine/iam/credential-operations'
import { managedPolicyOperations } from '../../../src/engine/iam/managed-policy-operations'
import { roleOperations } from '../../../src/engine/iam/role-operations'
import { tagging } from '../../../src/engine/iam/tag-operations'
import type { Tx } from '../../../src/engine/operation'
import type { Table } from '../../../src/engine/store/table'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveUser, policyOf, trusting, withKeys } from '../sts/people'

interface Case {
  readonly input: object
  /** ARN behind the account. */
  readonly resource: string
  /** What else must be allowed. */
  readonly further?: string
}

const role = { input: { RoleName: 'r' }, resource: 'role/far/r' }
const profile = { input: { InstanceProfileName: 'p' }, resource: 'instance-profile/p' }
const certificate = { input: { ServerCertificateName: 's' }, resource: 'server-certificate/s' }
const user = { input: { UserName: 'ben' }, resource: 'user/ben' }
const group = { input: { GroupName: 'g' }, resource: 'group/g' }

const cases = (account: string): Readonly<Record<string, Case | 'list'>> => {
  const arn = (rest: string) => `arn:aws:iam::${account}:${rest}`
  const more = ({ input, resource }: Case, added: object): Case => ({
    input: { ...input, ...added },
    resource,
  })
  const policy = { input: { PolicyArn: arn('policy/m') }, resource: 'policy/m' }
  const attached = { PolicyArn: arn('policy/m') }
  const provider = {
    input: { OpenIDConnectProviderArn: arn('oidc-provider/idp.test') },
    resource: 'oidc-provider/idp.test',
  }
  const device = { input: { SerialNumber: arn('mfa/d') }, resource: 'mfa/d' }
  const codes = { SerialNumber: arn('mfa/d'), AuthenticationCode1: '123456', AuthenticationCode2: '234567' }
  const trust = trusting({ AWS: account })
  const tagged = (kind: string, one: Case) => ({
    [`Tag${kind}`]: more(one, { Tags: [{ Key: 'k', Value: 'v' }] }),
    [`Untag${kind}`]: more(one, { TagKeys: ['k'] }),
    [`List${kind}Tags`]: one,
  })
  return {
    CreateRole: {
      input: { RoleName: 'n', Path: '/x/', AssumeRolePolicyDocument: trust },
      resource: 'role/x/n',
    },
    GetRole: role,
    ListRoles: 'list',
    DeleteRole: role,
    UpdateAssumeRolePolicy: more(role, { PolicyDocument: trust }),
    UpdateRole: role,
    UpdateRoleDescription: more(role, { Description: '' }),
    CreateInstanceProfile: { input: { InstanceProfileName: 'n' }, resource: 'instance-profile/n' },
    GetInstanceProfile: profile,
    ListInstanceProfiles: 'list',
    ListInstanceProfilesForRole: role,
    AddRoleToInstanceProfile: {
      ...more(profile, { RoleName: 'r' }),
      further: policyOf('Allow', 'iam:PassRole', arn('role/far/r')),
    },
    RemoveRoleFromInstanceProfile: more(profile, { RoleName: 'r' }),
    DeleteInstanceProfile: profile,
    PutUserPermissionsBoundary: more(user, { PermissionsBoundary: arn('policy/m') }),
    PutRolePermissionsBoundary: more(role, { PermissionsBoundary: arn('policy/m') }),
    DeleteUserPermissionsBoundary: user,
    DeleteRolePermissionsBoundary: role,
    CreatePolicy: {
      input: { PolicyName: 'n', PolicyDocument: policyOf('Allow', 'iam:GetRole') },
      resource: 'policy/n',
    },
    GetPolicy: policy,
    ListPolicies: 'list',
    DeletePolicy: policy,
    CreatePolicyVersion: more(policy, { PolicyDocument: policyOf('Allow', 'iam:GetRole') }),
    GetPolicyVersion: more(policy, { VersionId: 'v1' }),
    ListPolicyVersions: policy,
    SetDefaultPolicyVersion: more(policy, { VersionId: 'v1' }),
    DeletePolicyVersion: more(policy, { VersionId: 'v1' }),
    AttachUserPolicy: more(user, attached),
    AttachGroupPolicy: more(group, attached),
    AttachRolePolicy: more(role, attached),
    DetachUserPolicy: more(user, attached),
    DetachGroupPolicy: more(group, attached),
    DetachRolePolicy: more(role, attached),
    ListAttachedUserPolicies: user,
    ListAttachedGroupPolicies: group,
    ListAttachedRolePolicies: role,
    ListEntitiesForPolicy: policy,
    UploadServerCertificate: {
      input: { ServerCertificateName: 'n', CertificateBody: 'x', PrivateKey: 'x', Path: '/x/' },
      resource: 'server-certificate/x/n',
    },
    GetServerCertificate: certificate,
    ListServerCertificates: 'list',
    UpdateServerCertificate: certificate,
    DeleteServerCertificate: certificate,
    CreateOpenIDConnectProvider: {
      input: { Url: 'https://n.test', ThumbprintList: [] },
      resource: 'oidc-provider/n.test',
    },
    GetOpenIDConnectProvider: provider,
    ListOpenIDConnectProviders: 'list',
    AddClientIDToOpenIDConnectProvider: more(provider, { ClientID: 'x' }),
    RemoveClientIDFromOpenIDConnectProvider: more(provider, { ClientID: 'x' }),
    UpdateOpenIDConnectProviderThumbprint: more(provider, { ThumbprintList: [] }),
    DeleteOpenIDConnectProvider: provider,
    CreateVirtualMFADevice: { input: { VirtualMFADeviceName: 'n' }, resource: 'mfa/n' },
    EnableMFADevice: more(user, codes),
    ResyncMFADevice: more(user, codes),
    DeactivateMFADevice: more(user, { SerialNumber: arn('mfa/d') }),
    DeleteVirtualMFADevice: device,
    GetMFADevice: device,
    ListMFADevices: user,
    ListVirtualMFADevices: 'list',
    ...tagged('User', user),
    ...tagged('Role', role),
    ...tagged('Policy', policy),
    ...tagged('InstanceProfile', profile),
    ...tagged('ServerCertificate', certificate),
    ...tagged('OpenIDConnectProvider', provider),
    ...tagged('MFADevice', device),
  }
}

type Sent = { send(command: never): Promise<unknown> }

describe('who may use roles, policies and credentials', () => {
  let c: Cloud
  let alice: Clients
  let ann: iam.IAMClient
  let account: string

  const names = Object.keys({
    ...roleOperations,
    ...managedPolicyOperations,
    ...credentialOperations,
    ...tagging,
  })

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    account = alice.accountId
    ann = withKeys(c, haveUser(c, account, 'ann')).iam()
    haveUser(c, account, 'ben')
    const common = { account, path: '/', createdAt: new Date(0) }
    c.engine.write(tx => {
      tx.groups.in(account).put({ ...common, name: 'g', id: 'AGPAA' })
      const role = { ...common, path: '/far/', name: 'r', id: 'AROAA', trust: trusting({ AWS: account }) }
      tx.roles.in(account).put(role)
      tx.instanceProfiles.in(account).put({ ...common, name: 'p', id: 'AIPAA' })
      tx.mfaDevices.in(account).put({ account, serial: `arn:aws:iam::${account}:mfa/d`, seed: 'AAAA' })
      const provider = { account, url: 'idp.test', clientIds: [], thumbprints: [], createdAt: new Date(0) }
      tx.oidcProviders.in(account).put(provider)
      const version = { id: 'v1', document: policyOf('Allow', 'iam:GetRole'), createdAt: new Date(0) }
      tx.managedPolicies.in(account).put({
        ...common,
        name: 'm',
        id: 'ANPAA',
        updatedAt: new Date(0),
        defaultVersion: 'v1',
        nextVersion: 2,
        versions: [version],
      })
      tx.serverCertificates.in(account).put({
        ...common,
        name: 's',
        id: 'ASCAA',
        body: '',
        privateKey: '',
        expiresAt: new Date(0),
      })
    })
  })
  after(() => c.close())

  /** What operations could change, record by record. */
  const tablesOf = (tx: Tx) =>
    [
      tx.users,
      tx.roles,
      tx.instanceProfiles,
      tx.managedPolicies,
      tx.serverCertificates,
      tx.oidcProviders,
      tx.mfaDevices,
      tx.heldPolicies,
    ].map(table => (table as unknown as Table<object>).in(account))
  const records = () => c.engine.read(tx => tablesOf(tx).map(table => table.list()))

  /** Whether the request is let in; what comes of it then is another matter. */
  const ask = async (name: string, input: object): Promise<string> => {
    const Command = (iam as unknown as Record<string, new (input: object) => unknown>)[`${name}Command`]
    assert.ok(Command, name)
    const before = JSON.stringify(records())
    try {
      await (ann as Sent).send(new Command(input) as never)
      return 'let in'
    } catch (error) {
      const { Code, name } = error as { Code?: string; name: string }
      const code = Code ?? name
      if (code !== 'NotAuthorized' && code !== 'AccessDenied') return 'let in'
      assert.equal(JSON.stringify(records()), before)
      return 'refused'
    }
  }

  const allow = (action: string, resource: string, further?: string) => {
    const statement = policyOf('Allow', action, resource)
    havePolicy(c, account, 'user/ann', statement)
    if (!further) return
    c.engine.write(tx => {
      const held = tx.heldPolicies.in(account).must('user/ann')
      tx.heldPolicies.in(account).put({ ...held, inline: [...held.inline, { name: 'q', document: further }] })
    })
  }

  it('is said for every operation', () => {
    assert.deepEqual(Object.keys(cases('0')).sort(), [...names].sort())
  })

  for (const name of names) {
    it(`is asked by ${name}`, async () => {
      const one = cases(account)[name]
      assert.ok(one)
      c.engine.write(tx => tx.heldPolicies.in(account).delete('user/ann'))
      const input = one === 'list' ? {} : one.input
      assert.equal(await ask(name, input), 'refused')
      if (one === 'list') {
        allow(`iam:${name}`, 'arn:aws:iam::*:none/none')
        assert.equal(await ask(name, input), 'let in')
        return
      }
      const arn = `arn:aws:iam::${account}:${one.resource}`
      allow(`iam:${name}`, `${arn}x`, one.further)
      assert.equal(await ask(name, input), 'refused')
      allow(`iam:${name}`, arn, one.further)
      const kept = records()
      assert.equal(await ask(name, input), 'let in')
      // What was changed or deleted is there again for the next.
      c.engine.write(tx =>
        tablesOf(tx).forEach((table, index) => {
          for (const record of kept[index] ?? []) table.put(record)
        }),
      )
    })
  }

  it('is of no use in another account', async () => {
    const bob = (await c.account('bob')).iam()
    const before = records()
    for (const [name, one] of Object.entries(cases(account))) {
      const Command = (iam as unknown as Record<string, new (input: object) => unknown>)[`${name}Command`]
      assert.ok(Command, name)
      const answer = await (bob as Sent)
        .send(new Command(one === 'list' ? {} : one.input) as never)
        .catch(() => ({}))
      const { $metadata: _, ...told } = answer as { $metadata?: object }
      assert.ok(!JSON.stringify(told).includes(`:${account}:`), `${name}: ${JSON.stringify(told)}`)
    }
    assert.deepEqual(records(), before)
  })

  it('decides what lists show', async () => {
    c.engine.write(tx => {
      const { id, ...role } = tx.roles.in(account).must('r')
      tx.roles.in(account).put({ ...role, id: `${id}2`, name: 'other' })
    })
    allow('iam:ListRoles', `arn:aws:iam::${account}:role/far/o*`)
    const { Roles } = await ann.send(new iam.ListRolesCommand({}))
    assert.deepEqual(
      Roles?.map(one => one.RoleName),
      ['other'],
    )
  })

  it('is limited in number by policies of the account', async () => {
    const limit = (key: string, most: number) =>
      JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          {
            Effect: 'Limit',
            Action: '*',
            Resource: '*',
            Condition: { NumericLessThanEquals: { [`iam:quota-${key}`]: String(most) } },
          },
        ],
      })
    const client = alice.iam()
    const refusal = async (key: string, count: number, command: object): Promise<string> => {
      havePolicy(c, account, 'account', limit(key, count))
      const { message } = await (client as Sent).send(command as never).then(
        () => ({ message: 'let in' }),
        (error: Error) => error,
      )
      return message
    }
    const counts = c.engine.read(tx => ({
      roles: tx.roles.in(account).list().length,
      profiles: tx.instanceProfiles.in(account).list().length,
      providers: tx.oidcProviders.in(account).list().length,
    }))
    const newRole = new iam.CreateRoleCommand({
      RoleName: 'more',
      AssumeRolePolicyDocument: trusting({ AWS: account }),
    })
    assert.equal(await refusal('rolenumber', counts.roles, newRole), 'Role quota exceeded')
    assert.equal(await refusal('rolenumber', counts.roles + 1, newRole), 'let in')
    const newProfile = new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'more' })
    const profiles = 'Instance profile quota exceeded'
    assert.equal(await refusal('instanceprofilenumber', counts.profiles, newProfile), profiles)
    assert.equal(await refusal('instanceprofilenumber', counts.profiles + 1, newProfile), 'let in')
    const newProvider = new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://more.test' })
    const providers = 'Open ID Connect provider quota exceeded'
    assert.equal(await refusal('openidconnectprovidernumber', counts.providers, newProvider), providers)
    assert.equal(await refusal('openidconnectprovidernumber', counts.providers + 1, newProvider), 'let in')
  })
})
