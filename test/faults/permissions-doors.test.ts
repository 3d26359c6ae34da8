// SPDX-License-Identifier: BSD-2-Clause
// Who may do a little tries it by the door: with requests that say twice, or otherwise, or in another place who asks, for
// whom, and what for.
import assert from 'node:assert/strict'
import { StartSnapshotCommand } from '@aws-sdk/client-ebs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as iam from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import type { HttpRequest } from '../../src/engine/http'
import { type Clients, type Cloud, cloud } from '../support/cloud'
import { ext4Disk, registerTiny } from '../support/tiny-image'
import { signedByVersion2 } from '../wire/version-2'
import { host, type Key, signedByVersion4 } from './gateway-requests'
import { allowing, outcomeOf, type Person, person } from './intruders'

const formOf = (path: string, text: string, headers: Record<string, string> = {}): HttpRequest => ({
  method: 'POST',
  path,
  query: '',
  headers: { host, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: Buffer.from(text),
})

const keyOf = ({ credentials }: Person): Key => ({
  id: credentials.accessKeyId,
  secret: credentials.secretAccessKey,
})

describe('a request that says', () => {
  let c: Cloud
  let alice: Clients
  let bob: Person

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    await c.account('mallory')
    bob = person(c, alice.accountId, 'bob')
  })
  afterEach(() => c.close())

  const answerTo = async (request: HttpRequest): Promise<string> => {
    const { status, body } = await c.engine.handle(request)
    return `${status} ${String(body)}`
  }
  const signed = (request: HttpRequest, key: Key, service = 'iam') =>
    answerTo(signedByVersion4(request, key, service, c.clock.now()))

  it('for whom it speaks is refused to all but the cloud’s administrators, however it says so', async () => {
    bob.may(allowing('*'))
    const list = 'Action=ListUsers&Version=2010-05-08'
    for (const key of [keyOf(bob), alice.key]) {
      for (const account of ['mallory', 'eucalyptus', 'alice', c.accountId, 'nobody', ' eucalyptus']) {
        const wish = `DelegateAccount=${encodeURIComponent(account)}`
        const inBody = formOf('/services/Euare', `${list}&${wish}`)
        assert.match(await signed(inBody, key), /^403 .*<Code>NotAuthorized</s, account)
        const inQuery = { ...formOf('/services/Euare', list), query: wish }
        assert.match(await signed(inQuery, key), /^403 .*<Code>NotAuthorized</s, account)
        const twice = formOf('/services/Euare', `${list}&DelegateAccount=&${wish}`)
        assert.match(await signed(twice, key), /^403 .*<Code>NotAuthorized</s, account)
      }
    }
  })

  it('for whom it speaks in words that mean nothing, or where they mean nothing, speaks for its sender', async () => {
    bob.may(allowing('*'))
    const identity = 'Action=GetCallerIdentity&Version=2011-06-15'
    for (const wish of ['DelegateAccount=mallory', 'delegateaccount=mallory', 'DelegateAccount.1=mallory']) {
      for (const key of [keyOf(bob), c.key]) {
        const answer = await signed(formOf('/services/Tokens', `${identity}&${wish}`), key, 'sts')
        const own = key === c.key ? c.accountId : alice.accountId
        assert.match(answer, new RegExp(`^200 .*<Account>${own}<|^400 `, 's'), wish)
      }
    }
    const list = 'Action=ListUsers&Version=2010-05-08'
    for (const wish of ['delegateaccount=mallory', 'DelegateAccount.1=mallory', 'DelegateAccount=']) {
      const answer = await signed(formOf('/services/Euare', `${list}&${wish}`), keyOf(bob))
      assert.match(answer, /^200 .*<UserName>bob<|^400 /s, wish)
    }
    const keys = 'Action=DescribeKeyPairs&Version=2016-11-15&DelegateAccount=mallory'
    assert.match(await signed(formOf('/services/compute', keys), keyOf(bob), 'ec2'), /^400 /)
  })

  it('where it comes from is not believed', async () => {
    const condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    bob.may(
      JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*', Condition: condition }],
      }),
    )
    const list = formOf('/services/Euare', 'Action=ListUsers&Version=2010-05-08', {
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      'x-real-ip': '10.0.0.1',
      'x-amz-source-ip': '10.0.0.1',
    })
    const from = (remoteAddress?: string) =>
      signed({ ...list, ...(remoteAddress && { remoteAddress }) }, keyOf(bob))
    assert.match(await from('192.0.2.1'), /^403 /)
    assert.match(await from('::1'), /^403 /)
    assert.match(await from(), /^403 /)
    assert.match(await from('::ffff:10.0.0.1'), /^200 /)
  })

  it('who asks by the key of one and the token of another is nobody’s', async () => {
    bob.may(allowing('*'))
    const { Credentials: one = {} as sts.Credentials } = await bob
      .sts()
      .send(new sts.GetSessionTokenCommand({}))
    const { Credentials: other } = await bob.sts().send(new sts.GetSessionTokenCommand({}))
    const session = { accessKeyId: one.AccessKeyId ?? '', secretAccessKey: one.SecretAccessKey ?? '' }
    const list = () => new iam.ListUsersCommand({})
    const tokens = [other?.SessionToken, '', 'x', ` ${one.SessionToken}x`, one.SessionToken?.toLowerCase()]
    for (const token of tokens) {
      const services = c.signedBy({ ...session, ...(token !== undefined && { sessionToken: token }) })
      assert.notEqual(await outcomeOf(services.iam().send(list())), 'answered', token)
      assert.notEqual(await outcomeOf(services.s3().send(new s3.ListBucketsCommand({}))), 'answered', token)
    }
    const own = c.signedBy({ ...bob.credentials, sessionToken: one.SessionToken ?? '' })
    assert.notEqual(await outcomeOf(own.iam().send(list())), 'answered')
    const right = c.signedBy({ ...session, sessionToken: one.SessionToken ?? '' })
    assert.equal(await outcomeOf(right.iam().send(list())), 'answered')
  })

  it('its parameters twice means what was signed, by either version', async () => {
    bob.may(allowing('iam:ListUsers'))
    const at = new Date(c.clock.now()).toISOString()
    const parameters = { Action: 'ListUsers', Version: '2010-05-08', Timestamp: at }
    const key = keyOf(bob)
    for (const method of ['GET', 'POST'] as const) {
      const request = signedByVersion2({ key, method, parameters, path: '/services/Euare' })
      assert.match(await answerTo(request), /^200 /)
      const more = 'Action=ListAccounts'
      const spoiled: HttpRequest[] = [
        { ...request, query: request.query === '' ? more : `${request.query}&${more}` },
        { ...request, body: Buffer.from(`${request.body ?? ''}&${more}`) },
        { ...request, query: `DelegateAccount=mallory&${request.query}` },
        { ...request, body: Buffer.from(`${request.body ?? ''}&DelegateAccount=mallory`) },
      ]
      // The last of two counts, and a body after the query.
      for (const one of spoiled) {
        assert.match(await answerTo(one), /^403 |^200 .*<ListUsersResponse/s, `${one.query} ${one.body}`)
      }
    }
  })

  it('a name and a password is nothing but to the token service', async () => {
    const admin = alice.iam()
    await admin.send(new iam.CreateLoginProfileCommand({ UserName: 'bob', Password: 'euca123' }))
    bob.may(allowing('*'))
    const coded = (text: string) => Buffer.from(text).toString('base64')
    const authorization = `Basic ${coded(`${coded('bob')}@${coded('alice')}:euca123`)}`
    const requests: readonly HttpRequest[] = [
      formOf('/services/Euare', 'Action=ListUsers&Version=2010-05-08', { authorization }),
      formOf('/services/compute', 'Action=DescribeImages&Version=2016-11-15', { authorization }),
      formOf('/services/Empyrean', 'Action=DescribeServices&Version=eucalyptus', { authorization }),
      { method: 'GET', path: '/services/objectstorage', query: '', headers: { host, authorization } },
      {
        method: 'GET',
        path: '/services/ebs/snapshots/snap-00000001/blocks',
        query: '',
        headers: { host, authorization },
      },
    ]
    for (const request of requests) assert.match(await answerTo(request), /^40[03] /, request.path)
    const sign = formOf('/services/Tokens', 'Action=GetAccessToken&Version=2011-06-15', { authorization })
    assert.match(await answerTo(sign), /^200 /)
  })
})

describe('names that climb', () => {
  let c: Cloud
  let alice: Clients
  let bob: Person

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    bob = person(c, alice.accountId, 'bob')
    const hers = alice.s3()
    await hers.send(new s3.CreateBucketCommand({ Bucket: 'shelf' }))
    for (const Key of ['open/a', 'closed/b'])
      await hers.send(new s3.PutObjectCommand({ Bucket: 'shelf', Key, Body: Key }))
  })
  afterEach(() => c.close())

  it('lead nowhere in a bucket: a key is a text, and a policy’s pattern one of texts', async () => {
    bob.may(allowing('s3:*', 'arn:aws:s3:::shelf/open/*'))
    const key = keyOf(bob)
    const climbing = [
      'open/../closed/b',
      'open/%2e%2e/closed/b',
      'open/%2e%2e%2fclosed/b',
      'open/%252e%252e/closed/b',
      'open//../closed/b',
      './closed/b',
      '/closed/b',
      'closed/b',
      'closed%2fb',
      'open/..%5cclosed/b',
      'open/%00/../closed/b',
      'open%2f..%2fclosed%2fb',
    ]
    for (const path of climbing) {
      for (const base of ['/services/objectstorage/shelf', '/shelf']) {
        const request: HttpRequest = { method: 'GET', path: `${base}/${path}`, query: '', headers: { host } }
        const { status, body } = await c.engine.handle(signedByVersion4(request, key, 's3', c.clock.now()))
        assert.ok(status === 403 || status === 404, `${path}: ${status}`)
        assert.ok(!Array.isArray(body), path)
      }
    }
  })

  it('and stars are no wildcards in what they name', async () => {
    bob.may(allowing('iam:*', `arn:aws:iam::${alice.accountId}:user/*/staff/*`))
    const his = bob.iam()
    assert.equal(await outcomeOf(his.send(new iam.CreateUserCommand({ UserName: '*' }))), 'NotAuthorized')
    const wild = new iam.CreateUserCommand({ UserName: '*', Path: '/*/staff/' })
    assert.equal(await outcomeOf(his.send(wild)), 'ValidationError')
    // What a variable stands for is taken as it is.
    const Condition = { StringLike: { 's3:prefix': '${aws:UserAgent}' } }
    bob.may(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition }],
      }),
    )
    const list = (agent: string): HttpRequest => ({
      method: 'GET',
      path: '/services/objectstorage/shelf',
      query: 'list-type=2&prefix=closed%2F',
      headers: { host, 'user-agent': agent },
    })
    const statusOf = async (request: HttpRequest) =>
      (await c.engine.handle(signedByVersion4(request, keyOf(bob), 's3', c.clock.now()))).status
    assert.equal(await statusOf(list('*')), 403)
    assert.equal(await statusOf(list('closed/')), 200)
  })

  it('are nobody’s when an account calls itself as it likes', async () => {
    const mallory = await c.account('mallory')
    for (const alias of ['eucalyptus', 'Eucalyptus', 'EUCALYPTUS', 'nobody', alice.accountId, 'alice', '']) {
      const rename = new iam.CreateAccountAliasCommand({ AccountAlias: alias })
      const outcome = await outcomeOf(mallory.iam().send(rename))
      assert.match(outcome, /^(EntityAlreadyExists|ValidationError)$/, alias)
    }
    await mallory.iam().send(new iam.CreateAccountAliasCommand({ AccountAlias: 'self' }))
    const image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, mallory)
    const { SnapshotId } = await mallory.ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }))
    const all = { Add: [{ Group: 'all' as const }] }
    await mallory.ec2().send(new ec2.ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: all }))
    await mallory
      .ec2()
      .send(new ec2.ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: all }))
    const seen = async (who: Clients) => {
      const { Images } = await who.ec2().send(new ec2.DescribeImagesCommand({ Owners: ['self'] }))
      const { Snapshots } = await who.ec2().send(new ec2.DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
      return [Images?.length, Snapshots?.length]
    }
    assert.deepEqual(await seen(mallory), [1, 1])
    assert.deepEqual(await seen(alice), [0, 0])
  })
})
