// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from './refused'

describe('identity providers', () => {
  let c: Cloud
  let client: iam.IAMClient
  let account: string

  const create = (Url: string, more: Partial<iam.CreateOpenIDConnectProviderCommandInput> = {}) =>
    client.send(
      new iam.CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: ['a'.repeat(40)], ...more }),
    )
  const get = (OpenIDConnectProviderArn: string) =>
    client.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))

  beforeEach(async () => {
    c = await cloud()
    const alice = await c.account('alice')
    account = alice.accountId
    client = alice.iam()
  })
  afterEach(() => c.close())

  it('are shown, listed, changed and deleted', async () => {
    const { OpenIDConnectProviderArn: arn = '' } = await create('https://idp.example.org/realm/', {
      ClientIDList: ['one'],
    })
    assert.equal(arn, `arn:aws:iam::${account}:oidc-provider/idp.example.org/realm`)
    const change = { OpenIDConnectProviderArn: arn }
    await client.send(new iam.AddClientIDToOpenIDConnectProviderCommand({ ...change, ClientID: 'two' }))
    await client.send(new iam.AddClientIDToOpenIDConnectProviderCommand({ ...change, ClientID: 'two' }))
    await client.send(new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...change, ClientID: 'one' }))
    await client.send(
      new iam.UpdateOpenIDConnectProviderThumbprintCommand({ ...change, ThumbprintList: ['B'.repeat(40)] }),
    )
    const { Url, ClientIDList, ThumbprintList } = await get(arn)
    assert.deepEqual(
      [Url, ClientIDList, ThumbprintList],
      ['idp.example.org/realm', ['two'], ['b'.repeat(40)]],
    )
    const listed = await client.send(new iam.ListOpenIDConnectProvidersCommand({}))
    assert.deepEqual(listed.OpenIDConnectProviderList, [{ Arn: arn }])
    await client.send(new iam.DeleteOpenIDConnectProviderCommand(change))
    await refusedWith('NoSuchEntity', 404, `OpenIDConnect Provider not found for arn ${arn}`, get(arn))
  })

  it('have their clients also from tools that write the list’s name otherwise', async () => {
    client.middlewareStack.add(
      next => args => {
        const request = args.request as { body: string; headers: Record<string, string> }
        request.body = request.body.replaceAll('ClientIDList', 'ClientIdList')
        return next(args)
      },
      { step: 'build', priority: 'low' },
    )
    const { OpenIDConnectProviderArn: arn = '' } = await create('https://old.example', {
      ClientIDList: ['one'],
    })
    assert.deepEqual((await get(arn)).ClientIDList, ['one'])
  })

  it('are refused with addresses, thumbprints and clients that are none, or too many', async () => {
    const bad = ['http://a.example', 'https://u:p@a.example', 'https://a.example/?q', 'https://a.example/#f']
    for (const url of [
      ...bad,
      'a.example',
      'https://',
      `https://${'a'.repeat(250)}.example`,
      'https://a/../b',
    ]) {
      await refusedWith('ValidationError', 400, undefined, create(url))
    }
    const many = (count: number) => Array.from({ length: count }, (_, at) => at.toString().padStart(40, 'f'))
    const url = 'https://a.example'
    await refusedWith('InvalidInput', 400, undefined, create(url, { ThumbprintList: many(6) }))
    await refusedWith('ValidationError', 400, undefined, create(url, { ThumbprintList: ['g'.repeat(40)] }))
    await refusedWith('LimitExceeded', 409, undefined, create(url, { ClientIDList: many(101) }))
    await create(url, { ThumbprintList: many(5), ClientIDList: many(100) })
    await refusedWith('EntityAlreadyExists', 409, undefined, create(`${url}/`))
  })
})
