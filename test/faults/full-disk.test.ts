// SPDX-License-Identifier: BSD-2-Clause
// Disks that fill up: a limit on the size of files, which every Linux user can set (a write beyond it fails with EFBIG),
// and a small file system of its own where the tests may mount one (a write beyond it fails with ENOSPC).
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { leftTemporary, type ServedCloud, serveCloud, type Workplace, workplace } from '../support/built'
import '../support/cloud'

const megabyte = 1_000_000
const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(6 * megabyte),
)
const limited = ['prlimit', `--fsize=${megabyte}`]
const hasLimits = spawnSync('prlimit', ['--version']).status === 0

const s3Of = ({ endpoint, accessKeyId, secretAccessKey }: ServedCloud) =>
  new S3Client({
    region: 'eucalyptus',
    endpoint: `${endpoint}/services/objectstorage`,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
  })

/** The old object stays when there is no room for the new one. */
const checkPuts = async (served: ServedCloud, home: string) => {
  const s3 = s3Of(served)
  await s3.send(new CreateBucketCommand({ Bucket: 'full' }))
  await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'key', Body: 'old' }))
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'key', Body: noise })), error => {
    const { name, $metadata } = error as Error & { $metadata: { httpStatusCode: number } }
    assert.deepEqual([name, $metadata.httpStatusCode], ['InsufficientStorage', 507])
    return true
  })
  assert.deepEqual(readdirSync(join(home, 'staging')), [])
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'full', Key: 'key' }))
  assert.equal(await Body?.transformToString(), 'old')
}

const ending = async ({ server }: ServedCloud) => {
  server.child.kill('SIGTERM')
  const { status, stderr } = await server.ended
  // lmdb itself notes each write that failed.
  assert.deepEqual([status, stderr.replace(/^(Write error: .*?size \d+)+/, '')], [0, ''])
}

const tools = [
  ['euca-bundle-image -i image -r x86_64 -p new -d DIR', 'DIR/new.part.00'],
  ['euca-unbundle -m bundle/image.manifest.xml -s bundle -d DIR', 'DIR/image'],
  ['euca-unbundle-stream --enc-key KEY --enc-iv KEY -i bundle/image.part.00 -o DIR/new', 'DIR/new'],
  ['euca-download-bundle -b bundles -p image -d DIR', 'DIR/image.part.00'],
  ['euca-download-and-unbundle -b bundles -p image -d DIR', 'DIR/image'],
  ['eustore-install-image -t tarball.tgz -a i386 --hypervisor kvm -b store -d DIR', 'DIR/root.img'],
] as const

describe('a disk that fills up', () => {
  let place: Workplace
  const key = '0123456789abcdef'.repeat(2)
  before(async () => {
    place = workplace()
    writeFileSync(join(place.folder, 'image'), noise)
    const run = async (line: string) => {
      const { status, stderr } = await place.run(line.split(' '))
      assert.deepEqual([status, stderr], [0, ''], line)
    }
    await run(`euca-bundle-image -i image -r x86_64 -d bundle --enc-key ${key} --enc-iv ${key}`)
    await run('euca-upload-bundle -b bundles -m bundle/image.manifest.xml')
    const tar = join(place.folder, 'tar')
    mkdirSync(join(tar, 'kvm-kernel'), { recursive: true })
    writeFileSync(join(tar, 'kvm-kernel/vmlinuz-1'), 'kernel')
    writeFileSync(join(tar, 'kvm-kernel/initrd-1.img'), 'ramdisk')
    writeFileSync(join(tar, 'root.img'), noise)
    execFileSync('tar', ['-C', place.folder, '-czf', join(place.folder, 'tarball.tgz'), 'tar'])
  })
  after(() => place.close())

  describe('by a limit on files', () => {
    before(function () {
      if (!hasLimits) this.skip()
    })
    for (const [line, file] of tools) {
      it(`ends ${line.split(' ')[0]} with the name of the file, and nothing is left`, async () => {
        const into = join(place.folder, 'limited')
        mkdirSync(into)
        const words = line.replaceAll('DIR', 'limited').replaceAll('KEY', key).split(' ')
        const { status, stderr } = await place.run(words, { under: limited })
        const told = `${words[0]}: error: File too large: ${file.replace('DIR', 'limited')}\n`
        assert.deepEqual([status, stderr], [1, told])
        // What was installed from stays in a folder that was asked for; what failed does not.
        assert.deepEqual(
          readdirSync(into).filter(name => name !== 'vmlinuz-1' && name !== 'initrd-1.img'),
          [],
        )
        rmSync(into, { recursive: true })
      })
    }

    it('ends uploads into the embedded cloud with its refusal, and nothing is left', async () => {
      const words = 'euca-upload-bundle -b limits -m bundle/image.manifest.xml'.split(' ')
      const { status, stderr } = await place.run(words, { under: limited })
      const told =
        'euca-upload-bundle: error (InsufficientStorage): There is no space left to store the object.\n'
      assert.deepEqual([status, stderr], [1, told])
      assert.deepEqual(readdirSync(join(place.home, 'staging')), [])
      const both = 'euca-bundle-and-upload-image -b limits -i image -r x86_64'.split(' ')
      const second = await place.run(both, { under: limited })
      assert.match(
        second.stderr,
        /^euca-bundle-and-upload-image: error: File too large: \/.*\/image\.part\.00\n$/,
      )
      assert.deepEqual(leftTemporary(place), [])
    })

    it('is told by a server with status 507, which goes on and keeps the old object', async () => {
      const served = await serveCloud(place, { under: limited })
      await checkPuts(served, place.home)
      await ending(served)
    })
  })

  describe('by a small file system', () => {
    let disk: string
    before(function () {
      disk = join(place.folder, 'disk')
      mkdirSync(disk)
      const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk])
      if (mount.status !== 0) this.skip()
    })
    after(() => {
      if (statSync(disk).dev !== statSync(place.folder).dev) execFileSync('umount', [disk])
    })
    afterEach(() => {
      for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true })
    })
    for (const [line, file] of tools) {
      it(`ends ${line.split(' ')[0]} with the name of the file, and nothing is left`, async () => {
        const words = line.replaceAll('DIR', 'disk').replaceAll('KEY', key).split(' ')
        const { status, stderr } = await place.run(words)
        const told = `${words[0]}: error: No space left on device: ${file.replace('DIR', 'disk')}\n`
        if (line.startsWith('eustore')) assert.match(stderr, /^eustore-install-image: error: .*\n$/)
        else assert.equal(stderr, told)
        assert.equal(status, 1)
        assert.deepEqual(
          readdirSync(disk).filter(name => name !== 'vmlinuz-1' && name !== 'initrd-1.img'),
          [],
        )
      })
    }

    const fill = () => spawnSync('sh', ['-c', 'cat /dev/zero > "$0"', join(disk, 'filler')])

    it('is told by a server with status 507, for bodies and for records, and it goes on afterwards', async () => {
      const home = join(disk, 'cloud')
      const served = await serveCloud(place, { env: { MALLEE_HOME: home } })
      await checkPuts(served, home)
      fill()
      const make = (name: string) =>
        place.run(['euca-create-group', '-d', 'd'.repeat(255), name], { env: served.env })
      const made: string[] = []
      for (let n = 0; n < 200; n++) {
        const { status, stderr } = await make(`group-${n}`)
        if (status === 0) made.push(`group-${n}`)
        else {
          assert.equal(
            stderr,
            'euca-create-group: error (InsufficientStorage): There is no space left to store this change.\n',
          )
          break
        }
      }
      rmSync(join(disk, 'filler'))
      assert.equal((await make('after')).status, 0)
      const { stdout } = await place.run(['euca-describe-groups'], { env: served.env })
      const names = (stdout.match(/^GROUP.*$/gm) ?? []).map(line => line.split('\t')[3])
      for (const name of [...made, 'after', 'default']) assert.ok(names.includes(name), name)
      assert.equal(names.length, made.length + 2)
      await ending(served)
    })

    it('makes no cloud and no mess where there is no room for one', async () => {
      fill()
      const home = join(disk, 'cloud')
      const env = { MALLEE_HOME: home }
      const { status, stderr } = await place.run(['euca-describe-groups'], { env })
      assert.equal(status, 1)
      assert.match(stderr, /euca-describe-groups: error: No space left on device: \/.*\/disk\/cloud\/.*\n$/)
      rmSync(join(disk, 'filler'))
      const after = await place.run(['euca-describe-groups'], { env })
      assert.equal(after.stderr, '')
      assert.match(after.stdout, /\tdefault\t/)
      assert.ok(existsSync(join(home, 'credentials/eucarc')))
    })
  })
})
