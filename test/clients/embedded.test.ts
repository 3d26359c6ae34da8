// SPDX-License-Identifier: BSD-2-Clause
// The engine's own door has its own tests; here is what reaches it, and what becomes of its answers.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientFor, openObjectStore } from '../../src/clients'
import { loadSettings } from '../../src/config'
import type { HttpRequest, HttpResponse } from '../../src/engine/http'
import { io } from './server'

describe('clients of the embedded cloud', () => {
  let home: string
  const requests: HttpRequest[] = []
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-embedded-'))
    mkdirSync(join(home, 'credentials'))
    writeFileSync(
      join(home, 'credentials/eucarc'),
      "export AWS_ACCESS_KEY='AKI'\nexport AWS_SECRET_KEY='S'\n",
    )
    requests.length = 0
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const settings = () => loadSettings({ env: { MALLEE_HOME: home, EUCA_CONFIG_PATH: '' }, home, cwd: home })
  const door = (response: HttpResponse) => async (request: HttpRequest) => {
    requests.push(request)
    return response
  }

  it('hand the door a signed request, as it would be on the wire', async () => {
    const answer = {
      status: 200,
      headers: {},
      body: '<R><regionInfo><item><regionName>e</regionName></item></regionInfo></R>',
    }
    const ec2 = await clientFor('ec2', settings(), { ...io(), door: door(answer) })
    assert.deepEqual((await ec2.describeRegions()).Regions, [{ RegionName: 'e' }])
    const [request] = requests
    assert.deepEqual([request?.method, request?.path, request?.query], ['POST', '/services/compute', ''])
    assert.equal(String(request?.body), 'Action=DescribeRegions&Version=2015-10-01')
    assert.match(
      request?.headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKI\/20140216\/eucalyptus\/ec2\//,
    )
    assert.equal(request?.headers.host, '127.0.0.1:8773')
    assert.equal(request?.headers['content-length'], '41')
  })

  it('read the slices of files that an answer consists of', async () => {
    const file = join(home, 'object')
    writeFileSync(file, '0123456789')
    const body = [
      { file, start: 2, end: 4 },
      { file, start: 0, end: 0 },
      { file, start: 9, end: 10 },
    ]
    const answer = { status: 200, headers: { ETag: '"e"', 'Content-Length': '3' }, body }
    const store = await openObjectStore(settings(), { ...io(), door: door(answer) })
    const object = await store.get('b', 'k')
    assert.deepEqual([object.contentLength, object.etag], [3, 'e'])
    assert.equal(Buffer.concat(await object.body.toArray()).toString(), '239')
    assert.equal(requests[0]?.body, undefined)
  })

  it('are refused as over the network', async () => {
    const body = '<Response><Errors><Error><Code>C</Code><Message>m</Message></Error></Errors></Response>'
    const ec2 = await clientFor('ec2', settings(), {
      ...io(),
      door: door({ status: 400, headers: {}, body }),
    })
    await assert.rejects(ec2.describeRegions(), {
      name: 'ServiceError',
      code: 'C',
      message: 'm',
      status: 400,
    })
    const empty = await clientFor('ec2', settings(), { ...io(), door: door({ status: 404, headers: {} }) })
    await assert.rejects(empty.describeRegions(), { code: '404', message: 'Not Found' })
  })

  it('need the door', async () => {
    await assert.rejects(clientFor('ec2', settings(), io()), /no door/)
  })
})
