// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { type Cloud, cloud } from '../../../support/cloud'
import { effortOf } from '../../../support/effort'
import { type Resource, type Workshop, workshop } from './workshop'

const handleType = 'AWS::CloudFormation::WaitConditionHandle'
const conditionType = 'AWS::CloudFormation::WaitCondition'

describe('wait conditions and their handles', () => {
  let c: Cloud
  let shop: Workshop
  let handle: Resource
  beforeEach(async () => {
    c = await cloud()
    shop = workshop(c)
    handle = await shop.make('Handle', handleType)
  })
  afterEach(() => c.close())

  /** Put it there as curl does: with the URL and nothing else. */
  const put = async (body: string, url = handle.made.ref, method = 'PUT'): Promise<number> => {
    const { host, pathname, search } = new URL(url)
    const { status } = await c.engine.handle({
      ...{ method, path: pathname, query: search.slice(1) },
      headers: { host, 'content-length': String(Buffer.byteLength(body)) },
      ...(method === 'PUT' && { body: Buffer.from(body) }),
    })
    return status
  }
  const signal = (UniqueId: string, Data: unknown = 'ready', Status = 'SUCCESS') =>
    put(JSON.stringify({ Status, UniqueId, Data, Reason: 'it told' }))
  const wait = (more: object = {}) =>
    shop.begin('Wait', conditionType, { Handle: handle.made.ref, Timeout: '300', ...more })
  const dataOf = (condition: Resource) => {
    const progress = shop.look(condition)
    return progress.is === 'complete' ? progress.made?.attributes.Data : progress.reason
  }

  it('a handle is a URL that is good for twelve hours, for one object in a bucket of the service', async () => {
    const url = new URL(handle.made.ref)
    assert.equal(url.origin, 'http://cloud.test:8773')
    const id = shop.stack.id
    const place = `arn:aws:cloudformation::${c.accountId}:stack/console/${id}/Handle/WaitHandle`
    assert.match(
      decodeURIComponent(url.pathname),
      new RegExp(`^/services/objectstorage/cf-waitcondition-[a-z0-9]{13}/${place}$`),
    )
    assert.equal(url.searchParams.get('X-Amz-Expires'), '43200')
    assert.equal(await signal('one'), 200)
    c.clock.advance(12 * 3600 - 1)
    assert.equal(await signal('one'), 200)
    c.clock.advance(2)
    assert.equal(await signal('one'), 403)
  })

  it('the bucket is nobody’s: no account sees it', async () => {
    const { Buckets = [] } = await c.s3().send(new ListBucketsCommand({}))
    assert.deepEqual(Buckets, [])
  })

  it('with the URL nothing else can be done', async () => {
    assert.equal(await signal('one'), 200)
    assert.equal(await put('', handle.made.ref, 'GET'), 403)
    assert.equal(await put('', handle.made.ref, 'DELETE'), 403)
    assert.equal(await put('{}', handle.made.ref.replace('WaitHandle', 'WaitHandles')), 403)
    assert.equal(await put('{}', handle.made.ref.replace('Handle/', 'Other/')), 403)
  })

  it('its keys sign nothing but that, not even what the role of all handles may', async () => {
    const session = c.engine.read(tx =>
      tx.sessions.list().find(({ id }) => id === handle.made.memory?.sessionId),
    )
    const token = new URL(handle.made.ref).searchParams.get('X-Amz-Security-Token') ?? ''
    const thief = c.signedBy({
      ...{ accessKeyId: session?.id ?? '', secretAccessKey: session?.secret ?? '', sessionToken: token },
    })
    await assert.rejects(thief.s3().send(new ListBucketsCommand({})), { name: 'AccessDenied' })
  })

  it('a condition is complete when it has as many signals as it counts, and has their data', async () => {
    const condition = wait({ Count: '2' })
    assert.match(condition.made.physicalId, /\/Handle\/WaitHandle$/)
    assert.equal(dataOf(condition), 'Not enough success signals yet')
    await signal('one', 'first')
    await signal('one', 'again')
    assert.equal(dataOf(condition), 'Not enough success signals yet')
    await signal('two', 2)
    assert.equal(dataOf(condition), '{"one":"again","two":"2"}')
  })

  it('what is no signal is passed over', async () => {
    const condition = wait()
    for (const body of ['', 'not JSON', '[]', 'null', '7', '{}', '{"Status":"SUCCESS"}']) await put(body)
    await signal('one', 'ready', 'MAYBE')
    await signal('one', { an: 'object' })
    await put(JSON.stringify({ Status: 'SUCCESS', UniqueId: 'long', Data: 'x'.repeat(102_400) }))
    assert.equal(dataOf(condition), 'Not enough success signals yet')
    await put(JSON.stringify({ Status: 'SUCCESS', UniqueId: '__proto__', Data: '' }))
    assert.equal(dataOf(condition), '{"__proto__":""}')
  })

  it('of very many signals the first are looked at, and each is read once', async () => {
    const conditions = Array.from({ length: 100 }, () => wait({ Count: '1001' }))
    for (let number = 0; number < 12; number++) await signal(`s${number}`, 'x'.repeat(100_000))
    const look = () => {
      for (const condition of conditions) assert.equal(dataOf(condition), 'Not enough success signals yet')
    }
    look()
    const took = effortOf(look)
    assert.ok(took < 5000, `${took} ms`)
    const enough = wait({ Count: '10' })
    assert.equal(Object.keys(JSON.parse(String(dataOf(enough)))).length, 10)
  })

  it('a signal of failure fails it', async () => {
    const condition = wait({ Count: 1 })
    await signal('one')
    await signal('two', '', 'FAILURE')
    assert.throws(() => shop.look(condition), { name: 'ResourceFailure', message: 'Found failure signal' })
  })

  it('it fails when the time is over, and a signal of the last moment is in time', async () => {
    const condition = wait({ Timeout: 10 })
    c.clock.advance(10)
    assert.equal(dataOf(condition), 'Not enough success signals yet')
    c.clock.advance(1)
    const message = 'Timeout exeeded waiting for success signals'
    assert.throws(() => shop.look(condition), { name: 'ResourceFailure', message })
    await signal('late')
    assert.equal(dataOf(condition), '{"late":"ready"}')
  })

  it('without a handle, without a timeout, with one of more than twelve hours there is none', () => {
    const begin = (given: object) => () => shop.begin('Wait', conditionType, { ...given })
    const Handle = handle.made.ref
    assert.throws(begin({ Handle }), { message: 'Timeout is a required field' })
    assert.throws(begin({ Timeout: 1 }), { message: 'Handle is a required field' })
    assert.throws(begin({ Handle, Timeout: 43201 }), { message: 'timeout can not be more than 43200' })
    const elsewhere = [
      ...['http://example.org/', 'no URL', 'http://example.org/%zz'],
      Handle.replace(c.accountId, '123456789012'),
      // Somebody's own bucket, or none.
      Handle.replace(/cf-waitcondition-\w+/, 'mine'),
      Handle.replace('/WaitHandle', `/${'x'.repeat(2000)}/WaitHandle`),
    ]
    for (const wrong of elsewhere) {
      assert.throws(begin({ Handle: wrong, Timeout: 1 }), { message: `Invalid Handle: ${wrong}` })
    }
  })

  it('one that waits for the signals of its creation policy needs no handle', async () => {
    const patient = workshop(c, { waitsForSignals: true })
    const condition = await patient.make('Wait', conditionType)
    assert.match(condition.made.physicalId, /^console-Wait-[A-Z0-9]{13}$/)
    assert.deepEqual(condition.made.attributes, { Data: '{}' })
  })

  it('a condition cannot be changed', async () => {
    const condition = wait()
    await assert.rejects(shop.change(condition, { Handle: handle.made.ref, Timeout: 7 }), {
      message: 'Update to resource type AWS::CloudFormation::WaitCondition is not supported.',
    })
  })

  it('handles share a bucket, and one that is removed takes its signals along and ends its keys', async () => {
    const other = await shop.make('Other', handleType)
    assert.equal(other.made.memory?.bucket, handle.made.memory?.bucket)
    await signal('one')
    await signal('two')
    await shop.remove(handle)
    const keys = c.engine.read(tx => tx.objects.list().map(({ key }) => key))
    assert.deepEqual(keys, [])
    assert.equal(await signal('three'), 403)
    assert.equal(await put('{}', other.made.ref), 200)
    await shop.remove(other)
    assert.deepEqual(
      c.engine.read(tx => tx.sessions.list()),
      [],
    )
  })
})
