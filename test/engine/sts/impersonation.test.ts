// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { GetAccessKeyInfoCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from '../iam/refused'
import { haveUser, type Keys, policyOf, withKeys } from './people'

describe('GetImpersonationToken', () => {
  let c: Cloud
  let alice: Clients
  let ann: Keys

  /** The SDK has no such operation: another's request is given its parameters before it is signed. */
  const impersonate = (who: Keys, parameters: Record<string, string>) => {
    const client = withKeys(c, who).sts()
    client.middlewareStack.add(
      next => args => {
        const request = args.request as { body: string; headers: Record<string, string> }
        request.body = new URLSearchParams({
          Action: 'GetImpersonationToken',
          Version: '2011-06-15',
          ...parameters,
        }).toString()
        request.headers['content-length'] = String(request.body.length)
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    return client.send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAANOBODYSKEY22222' }))
  }
  const sessions = () => c.engine.read(tx => tx.sessions.list())

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    ann = haveUser(c, alice.accountId, 'ann')
  })
  afterEach(() => c.close())

  it('gives the cloud’s administrators a key of any user, by name or id', async () => {
    await impersonate(
      { AccessKeyId: c.key.id, SecretAccessKey: c.key.secret },
      { AccountAlias: 'alice', UserName: 'ann' },
    )
    const [first] = sessions()
    assert.deepEqual([first?.account, first?.holderName, first?.kind], [alice.accountId, 'ann', 'access'])
    const ImpersonatedUserId = first?.holderId ?? ''
    await impersonate({ AccessKeyId: c.key.id, SecretAccessKey: c.key.secret }, { ImpersonatedUserId })
    assert.equal(sessions().length, 2)
  })

  it('is refused to everybody else, and for nobody', async () => {
    const wish = { AccountAlias: 'alice', UserName: 'ann' }
    await refusedWith('AccessDenied', 403, 'Permission denied', impersonate(ann, wish))
    const admin = { AccessKeyId: alice.key.id, SecretAccessKey: alice.key.secret }
    await refusedWith('AccessDenied', 403, 'Permission denied', impersonate(admin, wish))
    const root = { AccessKeyId: c.key.id, SecretAccessKey: c.key.secret }
    const nobodies: Record<string, string>[] = [
      {},
      { ...wish, UserName: 'ben' },
      { ImpersonatedUserId: 'AIDAA' },
    ]
    for (const nobody of nobodies) {
      await refusedWith('ValidationError', 400, 'No such user', impersonate(root, nobody))
    }
    assert.deepEqual(sessions(), [])
  })

  it('is refused to sessions that are within policies', async () => {
    const Policy = policyOf('Allow', '*')
    const { Credentials: keys = {} } = await c
      .sts()
      .send(new GetFederationTokenCommand({ Name: 'fred', Policy }))
    const wish = { AccountAlias: 'eucalyptus', UserName: 'admin' }
    await refusedWith('AccessDenied', 403, 'Permission denied', impersonate(keys, wish))
  })
})
