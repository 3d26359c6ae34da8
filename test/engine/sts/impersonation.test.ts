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

  it('lasts as a password’s token does', async () => {
    const root = { AccessKeyId: c.key.id, SecretAccessKey: c.key.secret }
    const lasts = async (UserName: string, more: Record<string, string> = {}) => {
      await impersonate(root, { AccountAlias: 'alice', UserName, ...more })
      return Math.max(...sessions().map(({ expiresAt }) => (expiresAt.getTime() - c.clock.now()) / 1000))
    }
    assert.equal(await lasts('ann'), 43_200)
    assert.equal(await lasts('admin', { DurationSeconds: '129600' }), 86_400)
    assert.equal(await lasts('ann', { DurationSeconds: '129600' }), 129_600)
    for (const [DurationSeconds, bound] of [
      ['129601', 'maximum permitted duration is 129600'],
      ['899', 'minimum permitted duration is 900'],
    ] as const) {
      const message = `Invalid duration requested, ${bound} seconds.`
      await refusedWith('ValidationError', 400, message, lasts('ann', { DurationSeconds }))
    }
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
