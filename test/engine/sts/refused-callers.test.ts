// SPDX-License-Identifier: BSD-2-Clause
// Who asks the token service in the wrong way: by a signature what wants a password or none, by a password what wants a
// signature, and what there is not.
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { signedByVersion2 } from '../../wire/version-2'

const coded = (text: string): string => Buffer.from(text).toString('base64')

describe('the token service', () => {
  let c: Cloud
  let alice: Clients
  before(async () => {
    c = await cloud()
    alice = await c.account('alice')
    const Password = 'euca123'
    await alice.iam().send(new iam.CreateLoginProfileCommand({ UserName: 'admin', Password }))
  })
  after(() => c.close())

  interface Answer {
    readonly status: number
    readonly body?: unknown
  }
  const told = ({ status, body }: Answer): string => {
    const [, code, message] = /<Code>(.*?)<\/Code><Message>(.*?)<\/Message>/.exec(String(body)) ?? []
    return `${status} ${code}: ${message}`
  }
  const bySignature = async (parameters: Record<string, string>): Promise<string> => {
    const Timestamp = new Date(c.clock.now()).toISOString()
    const request = signedByVersion2({
      key: alice.key,
      path: '/services/Tokens',
      parameters: { Timestamp, Version: '2011-06-15', ...parameters },
    })
    return told(await c.engine.handle(request))
  }
  const byPassword = async (parameters: Record<string, string>): Promise<string> => {
    const authorization = `Basic ${coded(`${coded('admin')}@${coded('alice')}:euca123`)}`
    const request = {
      ...{ method: 'GET', path: '/services/Tokens', headers: { host: 'cloud.test:8773', authorization } },
      query: new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString(),
    }
    return told(await c.engine.handle(request))
  }
  const sessions = () => c.engine.read(tx => tx.sessions.list().length)
  const role = () => ({ RoleArn: `arn:aws:iam::${alice.accountId}:role/r`, RoleSessionName: 'work' })

  it('asks for a password, or for nothing, rather than for a signature', async () => {
    assert.equal(await bySignature({ Action: 'GetAccessToken' }), '403 AccessDenied: Invalid authentication')
    const WebIdentityToken = 'a.b.c'
    assert.equal(
      await bySignature({ Action: 'AssumeRoleWithWebIdentity', ...role(), WebIdentityToken }),
      '403 AccessDenied: Credentials not acceptable for action',
    )
    assert.equal(sessions(), 0)
  })

  it('asks for a signature rather than for a password', async () => {
    const wishes: readonly Record<string, string>[] = [
      { Action: 'AssumeRole', ...role() },
      { Action: 'GetFederationToken', Name: 'guest' },
      { Action: 'GetImpersonationToken', AccountAlias: 'alice', UserName: 'admin' },
      { Action: 'GetAccessKeyInfo', AccessKeyId: alice.key.id },
      { Action: 'DecodeAuthorizationMessage', EncodedMessage: 'x' },
    ]
    for (const wish of wishes) {
      assert.equal(await byPassword(wish), '403 MissingAuthenticationToken: Missing credential.', wish.Action)
    }
    assert.equal(sessions(), 0)
  })

  it('does not know every action', async () => {
    const unknown = (name: string) =>
      `400 InvalidAction: The action ${name} is not valid for this web service.`
    for (const Action of ['AssumeRoleWithSAML', 'ListUsers', 'constructor', 'x']) {
      assert.equal(await bySignature({ Action }), unknown(Action))
      assert.equal(await byPassword({ Action }), unknown(Action))
    }
    assert.equal(await bySignature({}), '400 MissingAction: The request is missing an action.')
  })
})
