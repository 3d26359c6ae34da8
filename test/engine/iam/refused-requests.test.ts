// SPDX-License-Identifier: BSD-2-Clause
// Requests that ask for what cannot be, each with its code, status and words.
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveRole, haveUser, type Keys, policyOf, trusting, withKeys } from '../sts/people'
import { identities } from './euare'
import { refusedWith } from './refused'

// Of a key on the curve P-256; good until 2126.
const elliptic = `-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUF6OPLg7mbfS4UGaM5cfgVlDZTTMwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIZWxsaXB0aWMwIBcNMjYxMTIxMTU1MTQ0WhgPMjEyNjEwMjgx
NTUxNDRaMBMxETAPBgNVBAMMCGVsbGlwdGljMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEfwZx2T92fCLkL9NL+bsB9m4Z+TW8tGSv7T6CHKD39HHNeJybl0k4Yaa0
nCrByeSPWnW2m6PUVAFcgM/GSSLMpqNTMFEwHQYDVR0OBBYEFOF49xaUfSdKxiwn
2BJVcA/KSwNxMB8GA1UdIwQYMBaAFOF49xaUfSdKxiwn2BJVcA/KSwNxMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKJ7QobUHBWLZ2L5esVkVum2
x+63BDm94/4IR3Bq4BpJAiAETRKFWefATehYmkVzP1lxWWC5aFPdVTZuzfd83C2W
iw==
-----END CERTIFICATE-----
`

describe('identities are not given', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  let was: string

  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    await client.send(new iam.CreateUserCommand({ UserName: 'bob' }))
    was = identities(c)
  })
  afterEach(() => assert.equal(identities(c), was))
  after(() => c.close())

  it('what is said by words that there are not', async () => {
    const scope = new iam.ListPoliciesCommand({ Scope: 'Mine' as 'All' })
    await refusedWith('ValidationError', 400, 'Invalid scope Mine', client.send(scope))
    const status = new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Lost' as 'Any' })
    await refusedWith('ValidationError', 400, 'Invalid assignment status Lost', client.send(status))
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    const filter = new iam.ListEntitiesForPolicyCommand({ PolicyArn, EntityFilter: 'Dog' as 'User' })
    await refusedWith('ValidationError', 400, 'Invalid entity filter Dog', client.send(filter))
  })

  it('a boundary or a provider that is none', async () => {
    const bound = (PermissionsBoundary: string) =>
      client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName: 'bob', PermissionsBoundary }))
    await refusedWith('ValidationError', 400, 'Invalid permissions boundary.', bound(''))
    const elsewhere = 'arn:aws:iam::000000000001:policy/x'
    const unknown = `Scope ARN: ${elsewhere} does not exist or is not attachable.`
    await refusedWith('NoSuchEntity', 404, unknown, bound(elsewhere))
    const unbound = new iam.DeleteUserPermissionsBoundaryCommand({ UserName: 'bob' })
    const none = 'Can not find permissions boundary of bob'
    await refusedWith('NoSuchEntity', 404, none, client.send(unbound))
    const provider = (ClientID: string) =>
      new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://a.example', ClientIDList: [ClientID] })
    await refusedWith('ValidationError', 400, 'Invalid client id', client.send(provider('')))
    const url = new iam.CreateOpenIDConnectProviderCommand({ Url: 'http://a.example' })
    await refusedWith('ValidationError', 400, 'Invalid Open ID Connect Provider URL', client.send(url))
  })

  it('a server certificate without a name', async () => {
    const ServerCertificateName = ''
    const message = 'Certificate name is empty'
    for (const command of [
      new iam.GetServerCertificateCommand({ ServerCertificateName }),
      new iam.DeleteServerCertificateCommand({ ServerCertificateName }),
      new iam.UpdateServerCertificateCommand({ ServerCertificateName, NewPath: '/x/' }),
      new iam.UploadServerCertificateCommand({
        ServerCertificateName,
        CertificateBody: 'x',
        PrivateKey: 'x',
      }),
    ]) {
      const sent = client.send(command as iam.GetServerCertificateCommand)
      await refusedWith('InvalidName', 400, message, sent)
    }
  })

  it('a signing certificate of a key that signs no manifests', async () => {
    const CertificateBody = elliptic
    const upload = client.send(new iam.UploadSigningCertificateCommand({ UserName: 'bob', CertificateBody }))
    await refusedWith('InvalidCertificate', 400, 'Signing certificates need an RSA key.', upload)
  })
})

describe('nobody changes a password', () => {
  it('who has none, as a role', async () => {
    const c = await cloud()
    const alice = await c.account('alice')
    const ann = haveUser(c, alice.accountId, 'ann')
    await haveRole(alice, 'looker', trusting({ AWS: ann.arn }))
    havePolicy(c, alice.accountId, 'role/looker', policyOf('Allow', '*'))
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/looker`
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'now' })
    const { Credentials = {} } = await withKeys(c, ann).sts().send(assume)
    const change = new iam.ChangePasswordCommand({ OldPassword: 'a', NewPassword: 'b' })
    const words = 'Only IAM Users can change their own password'
    await refusedWith(
      'InvalidUserType',
      400,
      words,
      withKeys(c, Credentials as Keys)
        .iam()
        .send(change),
    )
    await c.close()
  })
})
