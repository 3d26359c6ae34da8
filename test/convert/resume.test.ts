// SPDX-License-Identifier: BSD-2-Clause
// A conversion whose connection breaks, at every request that it makes, before and after the cloud heard it, and which is
// then run again: it goes on, and makes nothing twice.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs'
import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type Image,
  type Snapshot,
  type Volume,
} from '@aws-sdk/client-ec2'
import type { HttpRequest, HttpResponse } from '../../src/engine/http'
import { loader, type Outcome, run } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'
import { need } from '../support/programs'
import { Disks, mib } from './disks'

/** The cloud's door, which breaks at a request and stays broken: before the cloud hears it, or before its answer is heard. */
class Door {
  requests = 0
  /** Numbers of the requests that change something. */
  readonly changes: number[] = []
  isBroken = false
  constructor(
    readonly c: Cloud,
    readonly breaksAt: number | RegExp = Number.POSITIVE_INFINITY,
    readonly hears = false,
  ) {}

  readonly handle = async (request: HttpRequest): Promise<HttpResponse> => {
    this.requests += 1
    const { breaksAt, isBroken } = this
    const action = Buffer.isBuffer(request.body) && /Action=(\w+)/.exec(request.body.toString())?.[1]
    if (request.method !== 'GET' && !(action && /^Describe/.test(action))) this.changes.push(this.requests)
    this.isBroken ||= typeof breaksAt === 'number' ? this.requests === breaksAt : breaksAt.test(request.path)
    if (!this.isBroken) return this.c.engine.handle(request)
    if (!isBroken && this.hears) {
      const { body } = await this.c.engine.handle(request)
      assert.ok(body !== undefined)
    }
    throw Object.assign(new Error('the line is dead'), { code: 'ECONNRESET', errno: -104, syscall: 'read' })
  }
}

describe('a conversion that is interrupted', () => {
  let c: Cloud
  let disks: Disks
  let imageId: string
  before(async function () {
    need(this, 'mke2fs', 'debugfs')
    await loader
  })
  beforeEach(async () => {
    c = await cloud()
    disks = new Disks()
    const noise = Buffer.concat(
      Array.from({ length: 1600 }, (_, index) => createHash('sha512').update(String(index)).digest()),
    )
    const files = { 'etc/fstab': '/dev/sda2 /mnt ext3 defaults 0 0\n', noise: { bytes: noise } }
    const image = await disks.fs({ type: 'ext2', bytes: 2 * mib, files })
    const { stdout } = await tool(
      'euca-install-image',
      '-n',
      'old',
      '-b',
      'images',
      '-r',
      'x86_64',
      '-i',
      image,
      '--virtualization-type',
      'hvm',
    )
    imageId = /emi-[0-9A-F]{8}/.exec(stdout)?.[0] ?? ''
  })
  afterEach(async () => {
    disks.close()
    await c.close()
  })

  const through = (door: Door, words: readonly string[]): Promise<Outcome> =>
    run(words, {
      cwd: disks.folder,
      home: disks.folder,
      env: { TMPDIR: disks.folder, MALLEE_HOME: c.home, PATH: process.env.PATH },
      door: door.handle,
      pause: seconds => c.pass(seconds),
      now: () => c.clock.now(),
    })
  const tool = async (...words: string[]): Promise<Outcome> => {
    const outcome = await through(new Door(c), words)
    assert.equal(outcome.status, 0, outcome.stderr)
    return outcome
  }

  const snapshots = async (): Promise<Snapshot[]> =>
    (await c.ec2().send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? []
  const named = async (name: string): Promise<Image[]> => {
    const Filters = [{ Name: 'name', Values: [name] }]
    return (await c.ec2().send(new DescribeImagesCommand({ Filters }))).Images ?? []
  }
  const volumes = async (): Promise<Volume[]> =>
    ((await c.ec2().send(new DescribeVolumesCommand({}))).Volumes ?? []).filter(
      ({ State }) => State !== 'deleted',
    )
  const blocks = async (id: string): Promise<number[]> =>
    ((await c.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: id }))).Blocks ?? []).map(
      ({ BlockIndex = -1 }) => BlockIndex,
    )

  /** Convert once undisturbed, for what to expect; then with a break at every request, or every one that changes something. */
  const breakEverywhere = async (
    extra: readonly string[],
    onlyChanges: boolean,
    hears: readonly boolean[],
  ): Promise<void> => {
    const words = (name: string) => ['euca-convert-image', '-i', imageId, '-n', name, ...extra]
    const door = new Door(c)
    const undisturbed = await through(door, words('undisturbed'))
    assert.equal(undisturbed.status, 0, undisturbed.stderr)
    const expected = await blocks((await snapshots())[0]?.SnapshotId ?? '')
    let count = (await snapshots()).length
    const all = Array.from({ length: door.requests }, (_, index) => index + 1)
    assert.ok(door.changes.length > 3)
    for (const at of onlyChanges ? door.changes : all)
      for (const heard of hears) {
        const name = `broken-at-${at}${heard ? '-when-heard' : ''}`
        const broken = await through(new Door(c, at, heard), words(name))
        assert.equal(broken.status, 1, `${name}: ${broken.stdout}`)
        const again = await through(new Door(c), words(name))
        assert.equal(again.status, 0, `${name}: ${again.stderr}`)
        await c.pass(5)
        const images = await named(name)
        const id = images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
        assert.deepEqual([images.length, await blocks(id)], [1, expected], name)
        assert.equal((await snapshots()).length, ++count, `${name}: a snapshot too many`)
        assert.equal((await volumes()).length, 0, `${name}: a volume is left`)
        assert.equal(existsSync(join(disks.folder, `convert-${imageId}`)), false, name)
      }
  }

  it('goes on by the EBS direct APIs', async () => {
    await breakEverywhere([], false, [false, true])
  })

  it('goes on by a volume', async () => {
    const { stdout } = await tool('euca-run-instances', imageId)
    await c.pass(30)
    const instance = /\bi-[0-9a-f]{8}/.exec(stdout)?.[0] ?? ''
    await breakEverywhere(['--via', 'volume', '--instance', instance], true, [true])
  })

  it('says what it has left', async () => {
    const { stderr } = await through(new Door(c, /completion/), ['euca-convert-image', '-i', imageId])
    const [left] = await snapshots()
    assert.equal(
      stderr.split('\n')[0],
      `euca-convert-image: not finished. Left: snapshot ${left?.SnapshotId}, what is in ${disks.folder}/convert-${imageId}. Run the same again to go on.`,
    )
    const record = readFileSync(join(disks.folder, `convert-${imageId}`, 'conversion.json'), 'utf8')
    assert.match(record, new RegExp(`"snapshotId": "${left?.SnapshotId}"`))
  })
})
