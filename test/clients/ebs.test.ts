// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type ClientError, clientFor, ServiceError } from '../../src/clients'
import { loadSettings } from '../../src/config'
import { startServer as serveDoor } from '../../src/engine/server'
import { type Cloud, cloud } from '../support/cloud'
import { io, type RecordingServer, settingsOf, startServer } from './server'

const size = 524_288
const block = Buffer.alloc(size, 7)
const sum = createHash('sha256').update(block).digest('base64')

describe('the EBS client', () => {
  describe('on the wire', () => {
    let server: RecordingServer
    beforeEach(async () => {
      server = await startServer()
    })
    afterEach(() => server.close())

    const ebs = (waits: number[] = []) =>
      clientFor('ebs', settingsOf({ EBS_URL: `r::${server.url}/services/ebs/` }), io(waits))
    const last = () => server.requests.at(-1) ?? assert.fail('nothing was asked')
    const json = (body: object, status = 200, headers = {}) => ({
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const get = { SnapshotId: 'snap-1', BlockIndex: 7, BlockToken: 'a+/b=' }

    it('sends documents in JSON, signed, with a token that it makes once for all tries', async () => {
      server.answer(
        { status: 503 },
        json({ SnapshotId: 'snap-1', StartTime: 1392552796.5, Colour: 'red' }, 201),
      )
      const answer = await (await ebs()).startSnapshot({
        ...{ VolumeSize: 2, Tags: [{ Key: 'k', Value: 'ü' }], Encrypted: false, Description: undefined },
      })
      assert.deepEqual(answer, { SnapshotId: 'snap-1', StartTime: new Date('2014-02-16T12:13:16.500Z') })
      const { method, url, headers, body } = last()
      assert.deepEqual([method, url], ['POST', '/services/ebs/snapshots'])
      const { ClientToken, ...sent } = JSON.parse(body.toString())
      assert.deepEqual(sent, { VolumeSize: 2, Tags: [{ Key: 'k', Value: 'ü' }], Encrypted: false })
      assert.match(ClientToken, /^[0-9a-f-]{36}$/)
      assert.equal(JSON.parse(server.requests[0]?.body.toString() ?? '').ClientToken, ClientToken)
      assert.equal(headers['content-type'], 'application/json')
      assert.equal(headers['x-amz-content-sha256'], createHash('sha256').update(body).digest('hex'))
      assert.match(
        headers.authorization ?? '',
        /\/r\/ebs\/aws4_request, SignedHeaders=.*x-amz-content-sha256/,
      )
    })

    it('leaves a token that was given as it is', async () => {
      server.answer(json({}, 201))
      await (await ebs()).startSnapshot({ VolumeSize: 1, ClientToken: 'mine' })
      assert.equal(JSON.parse(last().body.toString()).ClientToken, 'mine')
    })

    it('sends a block as it is, unsigned, with its checksum among the signed headers', async () => {
      server.answer({ status: 201, headers: { 'x-amz-checksum': sum, 'x-amz-checksum-algorithm': 'SHA256' } })
      const sent: number[] = []
      const answer = await (await ebs()).putSnapshotBlock(
        {
          ...{ SnapshotId: 'snap-1', BlockIndex: 7, BlockData: block, DataLength: size, Progress: 50 },
          ...{ Checksum: sum, ChecksumAlgorithm: 'SHA256' },
        },
        { onProgress: bytes => sent.push(bytes) },
      )
      assert.deepEqual(answer, { Checksum: sum, ChecksumAlgorithm: 'SHA256' })
      const { method, url, headers, body } = last()
      assert.deepEqual([method, url], ['PUT', '/services/ebs/snapshots/snap-1/blocks/7'])
      assert.ok(body.equals(block))
      assert.equal(sent.at(-1), size)
      const told = ['content-length', 'x-amz-content-sha256', 'x-amz-data-length', 'x-amz-progress']
      assert.deepEqual(
        told.map(name => headers[name]),
        [String(size), 'UNSIGNED-PAYLOAD', String(size), '50'],
      )
      assert.match(headers.authorization ?? '', /SignedHeaders=\S*;x-amz-checksum;x-amz-checksum-algorithm;/)
    })

    it('reads a block whole, and refuses one that is not what its checksum says', async () => {
      const headers = {
        'x-amz-checksum': sum,
        'x-amz-checksum-algorithm': 'SHA256',
        'x-amz-data-length': String(size),
      }
      server.answer({ headers, body: block })
      const answer = await (await ebs()).getSnapshotBlock(get)
      assert.deepEqual([answer.DataLength, answer.Checksum], [size, sum])
      assert.ok(answer.BlockData.equals(block))
      assert.equal(last().url, '/services/ebs/snapshots/snap-1/blocks/7?blockToken=a%2B%2Fb%3D')
      for (const reply of [
        { headers, body: Buffer.alloc(size, 8) },
        { headers: { ...headers, 'x-amz-data-length': '512' }, body: block },
      ]) {
        server.answer(reply)
        await assert.rejects((await ebs()).getSnapshotBlock(get), (error: ClientError) => {
          assert.deepEqual([error.name, error.reason], ['ClientError', 'checksum'])
          return /block 7 of snap-1/.test(error.message)
        })
      }
    })

    it('holds no answer that is longer than any block', async () => {
      server.answer({ body: Buffer.alloc(17 * 1024 * 1024) })
      await assert.rejects((await ebs()).getSnapshotBlock(get), { name: 'ClientError', reason: 'parse' })
    })

    it('says lists and completion in headers and the query', async () => {
      server.answer(
        json({ Blocks: [{ BlockIndex: 1, BlockToken: 't' }], ExpiryTime: 1392552796, NextToken: null }),
      )
      const page = await (await ebs()).listSnapshotBlocks({ SnapshotId: 'snap-1', MaxResults: 100 })
      assert.deepEqual(page, {
        Blocks: [{ BlockIndex: 1, BlockToken: 't' }],
        ExpiryTime: new Date('2014-02-16T12:13:16Z'),
      })
      assert.deepEqual(
        [last().method, last().url],
        ['GET', '/services/ebs/snapshots/snap-1/blocks?maxResults=100'],
      )
      await (await ebs()).listChangedBlocks({ FirstSnapshotId: 'snap-1', SecondSnapshotId: 'snap-2' })
      assert.equal(last().url, '/services/ebs/snapshots/snap-2/changedblocks?firstSnapshotId=snap-1')
      server.answer(json({ Status: 'pending' }, 202))
      const done = await (await ebs()).completeSnapshot({ SnapshotId: 'snap-1', ChangedBlocksCount: 3 })
      assert.deepEqual(done, { Status: 'pending' })
      assert.deepEqual(
        [last().method, last().url, last().headers['x-amz-changedblockscount'], last().body.length],
        ['POST', '/services/ebs/snapshots/completion/snap-1', '3', 0],
      )
    })

    it('tells what the service says no with, its code without ornaments, and its reason', async () => {
      const body = { Message: 'No such block', Reason: 'INVALID_BLOCK', Other: 7 }
      server.answer(
        json(body, 400, { 'x-amzn-errortype': 'com.amazonaws.ebs#ValidationException:http://x/' }),
      )
      const call = async () => (await ebs()).listSnapshotBlocks({ SnapshotId: 'snap-1' })
      await assert.rejects(
        call,
        new ServiceError('ValidationException', 'No such block', 400, { Reason: 'INVALID_BLOCK' }),
      )
      server.answer(json({ message: 'lower case' }, 403, { 'x-amzn-errortype': 'AccessDeniedException' }))
      await assert.rejects(call, new ServiceError('AccessDeniedException', 'lower case', 403))
      server.answer({ status: 404, headers: { 'x-amzn-errortype': 'Lost' }, body: '<html>' })
      await assert.rejects(call, new ServiceError('Lost', '<html>', 404))
      server.answer({ status: 418 })
      await assert.rejects(call, { name: 'ServiceError', code: '418' })
    })

    it('tries again when it asked too often', async () => {
      const waits: number[] = []
      const throttled = json({ Message: 'slowly' }, 400, { 'x-amzn-errortype': 'RequestThrottledException' })
      server.answer(throttled, throttled, json({}))
      await (await ebs(waits)).listSnapshotBlocks({ SnapshotId: 'snap-1' })
      assert.deepEqual([server.requests.length, waits.length], [3, 2])
      server.answer(throttled)
      await assert.rejects((await ebs()).listSnapshotBlocks({ SnapshotId: 'snap-1' }), {
        code: 'RequestThrottledException',
      })
    })

    it('says so when the answer is no document', async () => {
      for (const body of ['<html>', '[]', '{"Blocks":7}', '{"Blocks":[7]}']) {
        server.answer({ body })
        await assert.rejects((await ebs()).listSnapshotBlocks({ SnapshotId: 'snap-1' }), {
          ...{ name: 'ClientError', reason: 'parse', message: 'JSON parse error' },
        })
      }
    })
  })

  describe('and the cloud', () => {
    let c: Cloud
    beforeEach(async () => {
      c = await cloud()
    })
    afterEach(() => c.close())

    const client = (env: Record<string, string>) =>
      clientFor('ebs', loadSettings({ env: { EUCA_CONFIG_PATH: '', ...env }, home: c.home, cwd: c.home }), {
        ...io(),
        door: request => c.engine.handle(request),
        now: () => c.clock.now(),
      })

    const story = async (ebs: Awaited<ReturnType<typeof client>>) => {
      const { SnapshotId = '', BlockSize } = await ebs.startSnapshot({ VolumeSize: 1 })
      assert.equal(BlockSize, size)
      await ebs.putSnapshotBlock({
        ...{ SnapshotId, BlockIndex: 5, BlockData: block, DataLength: size },
        ...{ Checksum: sum, ChecksumAlgorithm: 'SHA256' },
      })
      assert.equal((await ebs.completeSnapshot({ SnapshotId, ChangedBlocksCount: 1 })).Status, 'completed')
      const { Blocks: [first] = [] } = await ebs.listSnapshotBlocks({ SnapshotId })
      const { BlockIndex = -1, BlockToken = '' } = first ?? {}
      assert.equal(BlockIndex, 5)
      const { BlockData } = await ebs.getSnapshotBlock({ SnapshotId, BlockIndex, BlockToken })
      assert.ok(BlockData.equals(block))
      await assert.rejects(ebs.getSnapshotBlock({ SnapshotId, BlockIndex: 6, BlockToken }), {
        ...{ name: 'ServiceError', code: 'ValidationException', detail: { Reason: 'INVALID_BLOCK_TOKEN' } },
      })
      await assert.rejects(ebs.listSnapshotBlocks({ SnapshotId: 'snap-00000000' }), {
        ...{ code: 'ResourceNotFoundException', status: 404 },
        message: "The snapshot 'snap-00000000' does not exist.",
      })
    }

    it('understand each other in process', async () => {
      await story(await client({ MALLEE_HOME: c.home }))
    })

    it('understand each other over HTTP, wherever EC2 is said to be', async () => {
      const server = await serveDoor(request => c.engine.handle(request), {
        ...{ host: '127.0.0.1', port: 0, name: 'test' },
      })
      try {
        const EC2_URL = `http://127.0.0.1:${server.port}/services/compute`
        await story(await client({ EC2_URL, AWS_ACCESS_KEY: c.key.id, AWS_SECRET_KEY: c.key.secret }))
      } finally {
        await server.close()
      }
    })
  })
})
