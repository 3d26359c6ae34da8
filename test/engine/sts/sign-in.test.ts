// SPDX-License-Identifier: BSD-2-Clause
// What consoles do: a name and a password for a temporary key.
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { haveUser, type Keys, withKeys } from './people'

const coded = (text: string): string => Buffer.from(text).toString('base64')

describe('signing in by a password', () => {
  let c: Cloud
  let alice: Clients

  const ask = async (authorization: string | undefined, query: string) => {
    const answer = await c.engine.handle({
      method: 'GET',
      path: '/services/Tokens',
      query: `Version=2011-06-15&${query}`,
      headers: { host: 'cloud.test:8773', ...(authorization && { authorization }) },
    })
    return { status: answer.status, headers: answer.headers, body: String(answer.body) }
  }
  const header = (user: string, password: string, account = 'alice') =>
    `Basic ${coded(`${coded(user)}@${coded(account)}:${password}`)}`
  const changing = (old: string, fresh: string) =>
    `Basic ${coded(`${coded('ann')}@${coded('alice')};${coded(old)}@${fresh}`)}`
  const token = (authorization: string, query = 'Action=GetAccessToken') => ask(authorization, query)
  const keysIn = (body: string): Keys => {
    const member = (name: string) => new RegExp(`<${name}>([^<]+)`).exec(body)?.[1]
    return {
      AccessKeyId: member('AccessKeyId'),
      SecretAccessKey: member('SecretAccessKey'),
      SessionToken: member('SessionToken'),
    }
  }
  const secondsIn = (body: string) =>
    (Date.parse(/<Expiration>([^<]+)/.exec(body)?.[1] ?? '') - c.clock.now()) / 1000

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    haveUser(c, alice.accountId, 'ann')
    for (const UserName of ['ann', 'admin']) {
      await alice.iam().send(new iam.CreateLoginProfileCommand({ UserName, Password: 'eu:ca;12@3' }))
    }
  })
  afterEach(() => c.close())

  it('gives a key that is the user', async () => {
    const { status, body } = await token(header('ann', 'eu:ca;12@3'))
    assert.equal(status, 200)
    assert.match(body, /<GetAccessTokenResult><Credentials>/)
    const { Arn } = await withKeys(c, keysIn(body)).sts().send(new GetCallerIdentityCommand({}))
    assert.equal(Arn, `arn:aws:iam::${alice.accountId}:user/ann`)
    assert.equal(secondsIn(body), 43_200)
    const used = c.engine.read(tx => tx.users.in(alice.accountId).must('ann').lastPasswordUse)
    assert.equal(used?.getTime(), c.clock.now())
    const admins = await token(header('admin', 'eu:ca;12@3'), 'Action=GetAccessToken&DurationSeconds=129600')
    assert.equal(secondsIn(admins.body), 86_400)
    for (const [seconds, bound] of [
      [129_601, 'maximum permitted duration is 129600'],
      [899, 'minimum permitted duration is 900'],
    ] as const) {
      const refused = await token(
        header('ann', 'eu:ca;12@3'),
        `Action=GetAccessToken&DurationSeconds=${seconds}`,
      )
      assert.equal(refused.status, 400)
      assert.match(refused.body, new RegExp(`<Code>ValidationError<.*requested, ${bound} seconds`))
    }
  })

  it('serves the older consoles, whose users need a key as well', async () => {
    const query = 'Action=GetSessionToken&DurationSeconds=3600'
    assert.equal((await token(header('ann', 'eu:ca;12@3'), query)).status, 200)
    c.engine.write(tx => {
      for (const { id } of tx.accessKeys.list().filter(key => key.userName === 'ann'))
        tx.accessKeys.delete(id)
    })
    const { status, body } = await token(header('ann', 'eu:ca;12@3'), query)
    assert.equal(status, 403)
    assert.match(body, /<Code>AccessDenied<\/Code><Message>Key not found for user/)
  })

  it('is refused in one way, whatever is wrong', async () => {
    const wrong = [
      undefined,
      header('ann', 'wrong'),
      header('nobody', 'eu:ca;12@3'),
      header('ann', 'eu:ca;12@3', 'nowhere'),
      header('ann', ''),
      'Basic',
      'Basic !!!',
      `Basic ${coded('ann:eu:ca;12@3')}`,
      'Bearer abc',
      changing('wrong', 'new1'),
    ]
    for (const authorization of wrong) {
      const { status, headers, body } = await ask(authorization, 'Action=GetAccessToken')
      assert.deepEqual(
        [status, body, headers['content-type'], headers['www-authenticate']],
        [401, 'Unauthorized', 'text/plain; charset=utf8', 'Basic realm="eucalyptus"'],
        String(authorization),
      )
    }
  })

  it('is refused to users who are disabled, and tells those whose password is over', async () => {
    const users = (changes: object) =>
      c.engine.write(tx => {
        const table = tx.users.in(alice.accountId)
        table.put({ ...table.must('ann'), ...changes })
      })
    users({ enabled: false })
    assert.equal((await token(header('ann', 'eu:ca;12@3'))).status, 401)
    users({ enabled: true })
    c.clock.advance(60 * 24 * 3600)
    const { status, body, headers } = await token(header('ann', 'eu:ca;12@3'))
    assert.deepEqual([status, body], [403, 'Expired credentials'])
    assert.equal(headers['www-authenticate'], undefined)
    assert.equal((await token(header('ann', 'wrong'))).status, 401)
  })

  it('changes a password on the way, also one that is over', async () => {
    c.clock.advance(60 * 24 * 3600)
    assert.equal((await token(changing('eu:ca;12@3', 'fresh@pass'))).status, 200)
    assert.equal((await token(header('ann', 'fresh@pass'))).status, 200)
    assert.equal((await token(header('ann', 'eu:ca;12@3'))).status, 401)
    assert.equal((await token(changing('fresh@pass', ''))).status, 401)
    assert.equal((await token(header('ann', 'fresh@pass'))).status, 200)
  })

  it('is good for tokens and nothing else', async () => {
    const role = `RoleArn=arn:aws:iam::${alice.accountId}:role/r&RoleSessionName=work`
    const { status, body } = await token(header('ann', 'eu:ca;12@3'), `Action=AssumeRole&${role}`)
    assert.equal(status, 403)
    assert.match(body, /<Code>MissingAuthenticationToken<\/Code><Message>Missing credential\./)
    const signed = withKeys(c, { AccessKeyId: alice.key.id, SecretAccessKey: alice.key.secret }).sts()
    // A signature is no password.
    const command = new GetCallerIdentityCommand({})
    assert.ok((await signed.send(command)).Arn)
    const elsewhere = await c.engine.handle({
      method: 'GET',
      path: '/services/Euare',
      query: 'Version=2010-05-08&Action=ListUsers',
      headers: { host: 'cloud.test:8773', authorization: header('ann', 'eu:ca;12@3') },
    })
    assert.equal(elsewhere.status, 403)
  })
})
