// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveUser, withKeys } from '../sts/people'
import { refusedWith } from './refused'

describe('what nobody can have', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    haveUser(c, alice.accountId, 'ann')
  })
  afterEach(() => c.close())

  const ofUsers = [iam.ListSSHPublicKeysCommand, iam.ListServiceSpecificCredentialsCommand]

  it('is not listed of a user', async () => {
    const keys = await client.send(new iam.ListSSHPublicKeysCommand({ UserName: 'ann' }))
    assert.deepEqual(keys.SSHPublicKeys, [])
    const passwords = await client.send(new iam.ListServiceSpecificCredentialsCommand({ UserName: 'ann' }))
    assert.deepEqual(passwords.ServiceSpecificCredentials, [])
    assert.deepEqual((await client.send(new iam.ListSAMLProvidersCommand({}))).SAMLProviderList, [])
  })

  it('is not looked for of a user who is not there', async () => {
    for (const Command of ofUsers) {
      const asked = client.send(new Command({ UserName: 'ben' }) as iam.ListSSHPublicKeysCommand)
      await refusedWith('NoSuchEntity', 404, 'Can not find user ben', asked)
    }
  })

  it('is not told to who may not ask', async () => {
    const ben = withKeys(c, haveUser(c, alice.accountId, 'ben')).iam()
    for (const Command of ofUsers) {
      const asked = ben.send(new Command({ UserName: 'ann' }) as iam.ListSSHPublicKeysCommand)
      await refusedWith('NotAuthorized', 403, undefined, asked)
    }
    await refusedWith('NotAuthorized', 403, undefined, ben.send(new iam.ListSAMLProvidersCommand({})))
  })
})
