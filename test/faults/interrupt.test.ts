// SPDX-License-Identifier: BSD-2-Clause
// SIGINT and SIGTERM in the middle of long work: the status says so, no stack is shown, nothing is left half done.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { Engine } from '../../src/engine/engine'
import {
  leftTemporary,
  type ServedCloud,
  type Started,
  serveCloud,
  type Workplace,
  workplace,
} from '../support/built'
import { until } from '../support/until'
import { type SlowServer, slowServer, type Treatment } from './slow-server'

const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Interrupting = keyof typeof statuses

const interrupt = async ({ child, ended }: Started, signal: Interrupting) => {
  child.kill(signal)
  assert.deepEqual(await ended, { status: statuses[signal], stdout: '', stderr: '' })
}

describe('a signal', () => {
  let place: Workplace
  before(() => {
    place = workplace()
    writeFileSync(
      join(place.folder, 'image'),
      createHash('sha512').update('image').digest().toString('hex').repeat(9000),
    )
  })
  after(() => place.close())
  beforeEach(async () => {
    const made = ['-r', 'x86_64', '-i', 'image']
    if (!existsSync(join(place.folder, 'bundle')))
      assert.equal((await place.run(['euca-bundle-image', ...made, '-d', 'bundle'])).status, 0)
  })
  afterEach(() => assert.deepEqual(leftTemporary(place), []))

  const slowly = (words: readonly string[]) => {
    const running = place.start(words, { stdio: ['pipe', 'pipe', 'pipe'] })
    running.child.stdin?.on('error', () => {})
    running.child.stdin?.write(Buffer.alloc(3_000_000, 'image'))
    return running
  }

  it('in bundling what is still being typed leaves the folder empty', async () => {
    const words = ['-i', '-', '--image-size', '9000000', '-p', 'typed', '-r', 'i386']
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const out = join(place.folder, `out-${signal}`)
      const running = slowly(['euca-bundle-image', ...words, '-d', out])
      await until(() => existsSync(out) && readdirSync(out).length > 0)
      await interrupt(running, signal)
      assert.deepEqual(existsSync(out) ? readdirSync(out) : [], [])
    }
    const running = slowly(['euca-bundle-image', ...words])
    await until(() => leftTemporary(place).length > 0)
    await interrupt(running, 'SIGINT')
  })

  it('in unbundling a stream leaves no image', async () => {
    const part = readFileSync(join(place.folder, 'bundle/image.part.00'))
    const running = place.start(
      ['euca-unbundle-stream', '--enc-key', '0', '--enc-iv', '0', '-o', 'from-stream'],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    )
    running.child.stdin?.write(part.subarray(0, 10))
    await until(() => readdirSync(place.folder).some(name => name.startsWith('.')))
    await interrupt(running, 'SIGTERM')
    assert.ok(!existsSync(join(place.folder, 'from-stream')))
  })

  describe('while a server does not answer', () => {
    let served: ServedCloud
    let slow: SlowServer | undefined
    before(async () => {
      served = await serveCloud(place)
      const tool = ['euca-upload-bundle', '-b', 'stored', '-m', 'bundle/image.manifest.xml']
      assert.equal((await place.run(tool, { env: served.env })).status, 0)
    })
    afterEach(async () => {
      await slow?.close()
    })
    after(async () => {
      served.server.child.kill('SIGTERM')
      await served.server.ended
    })
    /** A tool that speaks to the cloud through a server that treats requests in this way. */
    const through = async (words: readonly string[], treat: (method: string, path: string) => Treatment) => {
      slow = await slowServer(served.endpoint, treat)
      const env = Object.fromEntries(
        Object.entries(served.env).map(([name, value]) => [
          name,
          value.replace(served.endpoint, slow?.url ?? ''),
        ]),
      )
      const running = place.start(words, { env })
      await slow.stalled
      return running
    }
    const keysIn = async (bucket: string): Promise<string[]> => {
      const engine = await Engine.open({ home: place.home })
      try {
        return engine.read(tx => [...tx.objects.scan({ under: [bucket] })].map(object => object.key))
      } finally {
        await engine.close()
      }
    }

    it('in uploading takes back the parts that were stored', async () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const running = await through(
          ['euca-upload-bundle', '-b', 'new', '-m', 'bundle/image.manifest.xml'],
          (method, path) => (method === 'PUT' && path.endsWith('manifest.xml') ? 'stall' : 'pass'),
        )
        await interrupt(running, signal)
        assert.match(slow?.log.at(-1) ?? '', /^DELETE .*part\.00$/)
        await slow?.close()
      }
      assert.deepEqual(await keysIn('new'), [])
      assert.deepEqual(readdirSync(join(place.folder, 'bundle')), ['image.manifest.xml', 'image.part.00'])
    })

    it('in bundling and uploading takes back parts and temporary files', async () => {
      const running = await through(
        ['euca-bundle-and-upload-image', '-b', 'new', '-i', 'image', '-r', 'i386', '-p', 'other'],
        (method, path) => (method === 'PUT' && path.includes('part') ? 'stall' : 'pass'),
      )
      await interrupt(running, 'SIGINT')
      assert.deepEqual(await keysIn('new'), [])
    })

    it('in an upload over an earlier bundle deletes nothing', async () => {
      const running = await through(
        ['euca-upload-bundle', '-b', 'stored', '-m', 'bundle/image.manifest.xml'],
        (method, path) => (method === 'PUT' && path.includes('part') ? 'stall' : 'pass'),
      )
      await interrupt(running, 'SIGTERM')
      assert.deepEqual(
        slow?.log.filter(line => line.startsWith('DELETE')),
        [],
      )
    })

    it('in a download leaves neither parts nor an image', async () => {
      for (const tool of ['euca-download-bundle', 'euca-download-and-unbundle']) {
        for (const treatment of ['stall', 'half'] as const) {
          const into = join(place.folder, `${tool}-${treatment}`)
          cpSync(join(place.folder, 'bundle'), into, {
            recursive: true,
            filter: path => !path.includes('image'),
          })
          const running = await through([tool, '-b', 'stored', '-p', 'image', '-d', into], (_, path) =>
            path.includes('part') ? treatment : 'pass',
          )
          await interrupt(running, 'SIGINT')
          assert.deepEqual(readdirSync(into), [])
          await slow?.close()
        }
      }
    })

    it('in installing takes back everything that was installed', async () => {
      let registered = 0
      const running = await through(
        ['eustore-install-image', '-i', '4286857429', '-b', 'store'],
        (method, path) => {
          if (method === 'POST' && path.includes('compute')) registered++
          return method === 'PUT' && path.includes('.img.part') && registered > 1 ? 'stall' : 'pass'
        },
      )
      await interrupt(running, 'SIGTERM')
      const images = await place.run(['euca-describe-images'], { env: served.env })
      // What was deregistered is listed until the next look.
      assert.equal(images.stdout.split('\tderegistered\t').length, images.stdout.split('\n').length)
      assert.deepEqual(await keysIn('store'), [])
    })
  })

  it('while a catalog sends its tarball leaves nothing of it', async () => {
    const catalog = resolve(__dirname, '../../catalog')
    const list = readFileSync(join(catalog, 'catalog'))
    let hear = () => {}
    const stalled = new Promise<void>(done => {
      hear = done
    })
    const server = createServer((incoming, outgoing) => {
      if (incoming.url?.endsWith('/catalog')) outgoing.end(list)
      else {
        outgoing.writeHead(200, { 'content-length': '5000' })
        outgoing.write(Buffer.alloc(2000), hear)
      }
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const running = place.start(['eustore-install-image', '-i', '4286857429', '-b', 'store'], {
      env: { EUSTORE_URL: url },
    })
    await stalled
    await interrupt(running, 'SIGINT')
    server.closeAllConnections()
    server.close()
  })
})

describe('a server that is told to end', () => {
  let place: Workplace
  before(() => {
    place = workplace()
  })
  after(() => place.close())

  it('finishes the answers under way and takes no others', async () => {
    const served = await serveCloud(place)
    const { S3Client, CreateBucketCommand, PutObjectCommand, GetObjectCommand } = await import(
      '@aws-sdk/client-s3'
    )
    const { accessKeyId, secretAccessKey, endpoint } = served
    const s3 = new S3Client({
      region: 'eucalyptus',
      endpoint: `${endpoint}/services/objectstorage`,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      maxAttempts: 1,
    })
    const bytes = Buffer.alloc(20_000_000, 'all of it')
    await s3.send(new CreateBucketCommand({ Bucket: 'large' }))
    await s3.send(new PutObjectCommand({ Bucket: 'large', Key: 'key', Body: bytes }))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'large', Key: 'key' }))
    served.server.child.kill('SIGTERM')
    const read = await Body?.transformToByteArray()
    assert.ok(bytes.equals(read ?? Buffer.alloc(0)))
    const { status, stderr } = await served.server.ended
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    await assert.rejects(fetch(endpoint))
  })
})
