// SPDX-License-Identifier: BSD-2-Clause
// Users at random: volumes, snapshots, images and instances in any order, bytes written in between, jobs under way, time
// that passes in steps. After every call the ledger compares the cloud with what it must be; in the end everything is
// deleted in any order, and nothing may be left.
//
// A seed says what is called. How far the disk has got by then is another matter each time, so that a failure may need
// its seed more than once. For a campaign: MALLEE_SEEDS=5000 (how many), MALLEE_SEED=1 (the first). Those before 5 let
// months go by, which takes as long as a hundred others.
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import {
  AttachVolumeCommand,
  CopyImageCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DetachVolumeCommand,
  ModifyVolumeCommand,
  RebootInstancesCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { complete, put, start } from '../ebs/direct'
import { Ledger } from './ebs-ledger'

const seeds = Number(process.env.MALLEE_SEEDS ?? 6)
const firstSeed = Number(process.env.MALLEE_SEED ?? 5)
/** Clouds are made for so many seeds each. */
const together = 4
const steps = 25
const limits = { volumes: 14, snapshots: 24 }

type Random = (limit: number) => number

/** Numbers below a limit, the same ones for the same seed. */
const numbers = (seed: number): Random => {
  let state = seed * 7919
  return limit => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % limit
  }
}

const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[random(list.length || 1)]

const inOrder = <T>(random: Random, list: readonly T[]): T[] =>
  list
    .map(one => ({ one, place: random(1 << 16) }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)

/** One user of the cloud. */
class User {
  readonly #c: Cloud
  readonly #random: Random
  readonly ledger: Ledger
  readonly called: string[] = []
  readonly work: Promise<void>[] = []
  #names = 0

  constructor(c: Cloud, random: Random, ledger: Ledger) {
    this.#c = c
    this.#random = random
    this.ledger = ledger
  }

  #some<T>(list: readonly T[]): T | undefined {
    return pick(this.#random, list)
  }

  #volume = () => this.#some(this.#c.engine.read(tx => tx.volumes.list()))
  #snapshot = () => this.#some(this.#c.engine.read(tx => tx.snapshots.list()))?.id
  #image = () => this.#some(this.#c.engine.read(tx => tx.images.list()))?.id
  #instance = () => this.#some(this.#c.engine.read(tx => tx.instances.list()))?.id
  #device = () => this.#some(['/dev/sdf', 'sdf', '/dev/sdg', '/dev/sda', '/dev/sdb'])
  #size = () => 1 + this.#random(2)
  #yes = () => this.#random(2) === 0
  #name = () => `name-${this.#names++}-${this.called.length}-${this.#c.clock.now()}`

  /** Register what boots from a snapshot, maybe with a second volume. */
  #register() {
    const SnapshotId = this.#snapshot()
    const flag = this.#yes() ? {} : { DeleteOnTermination: this.#yes() }
    const more = this.#yes() ? [{ DeviceName: '/dev/sdb', Ebs: { SnapshotId: this.#snapshot() } }] : []
    const BlockDeviceMappings = [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId, ...flag } }, ...more]
    return new RegisterImageCommand({ Name: this.#name(), BlockDeviceMappings })
  }

  #run() {
    const Ebs = { VolumeSize: this.#size(), DeleteOnTermination: this.#yes() }
    const own = [
      [],
      [{ DeviceName: '/dev/sda', Ebs }],
      [{ DeviceName: '/dev/sdb', NoDevice: '' }],
      [{ DeviceName: '/dev/sdf', Ebs: { ...Ebs, SnapshotId: this.#snapshot() } }],
    ]
    return new RunInstancesCommand({
      ...{ ImageId: this.#image(), MinCount: 1, MaxCount: this.#size() },
      BlockDeviceMappings: this.#some(own) ?? [],
    })
  }

  /** A snapshot block by block, of nothing or of another; sometimes it is left as it is. */
  async #writeDirectly(): Promise<void> {
    const ParentSnapshotId = this.#yes() ? this.#snapshot() : undefined
    const before = ParentSnapshotId ? this.ledger.disk(ParentSnapshotId) : ['', '', '']
    const text = `d${this.#names++}`
    const id = await start(this.#c, { VolumeSize: 2, ...(ParentSnapshotId && { ParentSnapshotId }) })
    this.ledger.expect(id, [before[0] ?? '', text, before[2] ?? ''])
    await put(this.#c, id, 1, this.ledger.block(text))
    if (this.#random(4) > 0) await complete(this.#c, id, 1)
  }

  /** A volume of a snapshot that goes at once. */
  async #fillAndForget(): Promise<void> {
    const SnapshotId = this.#snapshot()
    await this.#c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', SnapshotId }))
    this.work.push(this.#c.settle())
    for (let turns = this.#random(9); turns > 0; turns--) await turn()
    this.ledger.look()
    await this.#c.ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
  }

  #command() {
    const volume = this.#volume()
    const VolumeId = volume?.id
    const InstanceId = this.#instance()
    const InstanceIds = [InstanceId ?? '']
    const AvailabilityZone = 'PARTI00'
    const name = this.#name()
    const region = { SourceRegion: 'eucalyptus' }
    return this.#some([
      () => new CreateVolumeCommand({ AvailabilityZone, Size: this.#size() }),
      () => new CreateVolumeCommand({ AvailabilityZone, SnapshotId: this.#snapshot() }),
      () => new CreateVolumeCommand({ AvailabilityZone, SnapshotId: this.#snapshot(), Size: this.#size() }),
      () => new AttachVolumeCommand({ VolumeId, InstanceId, Device: this.#device() }),
      () => new AttachVolumeCommand({ VolumeId, InstanceId, Device: this.#device() }),
      () => new DetachVolumeCommand({ VolumeId, Force: this.#yes() }),
      () => new DetachVolumeCommand({ VolumeId: this.#volume()?.id, InstanceId }),
      () => new DeleteVolumeCommand({ VolumeId }),
      () => new ModifyVolumeCommand({ VolumeId, Size: (volume?.sizeGib ?? 0) + 1 }),
      () => new CreateSnapshotCommand({ VolumeId }),
      () => new CreateSnapshotCommand({ VolumeId }),
      () => new CopySnapshotCommand({ ...region, SourceSnapshotId: this.#snapshot() }),
      () => new DeleteSnapshotCommand({ SnapshotId: this.#snapshot() }),
      () => this.#register(),
      () => new CreateImageCommand({ InstanceId, Name: name, NoReboot: this.#yes() }),
      () => new CreateImageCommand({ InstanceId, Name: name }),
      () => new CopyImageCommand({ ...region, SourceImageId: this.#image(), Name: name }),
      () => new DeregisterImageCommand({ ImageId: this.#image() }),
      () => this.#run(),
      () => this.#run(),
      () => new StopInstancesCommand({ InstanceIds }),
      () => new StartInstancesCommand({ InstanceIds }),
      () => new StartInstancesCommand({ InstanceIds }),
      () => new RebootInstancesCommand({ InstanceIds }),
      () => new TerminateInstancesCommand({ InstanceIds }),
    ])?.()
  }

  /** Something to begin with: an image of a snapshot of a volume. */
  async begin(): Promise<void> {
    await this.call('a volume', () =>
      this.#c.ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'PARTI00', Size: 1 })),
    )
    await this.#c.settle()
    const volume = this.#volume()
    if (volume) this.ledger.write(volume, 0, false)
    await this.call('a snapshot', () =>
      this.#c.ec2().send(new CreateSnapshotCommand({ VolumeId: volume?.id })),
    )
    await this.#c.settle()
    await this.call('an image', () => this.#c.ec2().send(this.#register()))
    await this.call('an instance', () => this.#c.ec2().send(this.#run()))
  }

  /** Do something. A refusal is an answer like others; anything else that goes wrong is not. */
  async step(): Promise<void> {
    const volume = this.#volume()
    const what = this.#random(20)
    if (what < 6) {
      this.called.push(`write to ${volume?.id}`)
      if (volume) this.ledger.write(volume, this.#random(3), this.#random(5) === 0)
    } else if (what < 7) await this.call('directly', () => this.#writeDirectly())
    else if (what < 8) await this.call('fill and forget', () => this.#fillAndForget())
    else {
      const command = this.#command()
      if (!command) return
      await this.call(`${command.constructor.name} ${JSON.stringify(command.input)}`, () =>
        // Which command it is, is known to each; the client has one overload for all of them together.
        this.#c.ec2().send(command as CreateVolumeCommand),
      )
    }
  }

  async call(what: string, call: () => Promise<unknown>): Promise<void> {
    this.called.push(what)
    // What is due comes first, so that what is seen afterwards is the call's doing.
    await this.#c.engine.drain()
    this.ledger.look()
    try {
      await call()
    } catch (error) {
      const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
      const status = $metadata?.httpStatusCode ?? 500
      this.called.push(`  ${name}`)
      if (status >= 500 && name !== 'InsufficientInstanceCapacity') throw error
    }
    this.ledger.look()
  }

  /** Delete everything, each kind as often as it takes. */
  async leave(): Promise<void> {
    const { ec2, engine } = this.#c
    const all = <T extends { readonly id: string }>(
      list: (tx: Parameters<Parameters<typeof engine.read>[0]>[0]) => readonly T[],
    ) => engine.read(list).map(({ id }) => id)
    for (let round = 0; round < 8; round++) {
      const commands = [
        ...all(tx => tx.instances.list()).map(id => new TerminateInstancesCommand({ InstanceIds: [id] })),
        ...all(tx => tx.volumes.list()).map(VolumeId => new DetachVolumeCommand({ VolumeId })),
        ...all(tx => tx.volumes.list()).map(VolumeId => new DeleteVolumeCommand({ VolumeId })),
        ...all(tx => tx.images.list()).map(ImageId => new DeregisterImageCommand({ ImageId })),
        ...all(tx => tx.snapshots.list()).map(SnapshotId => new DeleteSnapshotCommand({ SnapshotId })),
      ]
      for (const command of inOrder(this.#random, commands)) {
        await this.call(`${command.constructor.name} ${JSON.stringify(command.input)}`, () =>
          ec2().send(command as TerminateInstancesCommand),
        )
      }
      await this.#c.pass(30)
      if (commands.length === 0) break
    }
    await this.#c.pass(86_400)
  }
}

/** Everything that may happen while a user does this and that. */
const live = async (c: Cloud, random: Random, user: User): Promise<void> => {
  const { work } = user
  await user.begin()
  for (let step = 0; step < steps; step++) {
    await user.step()
    work.push(c.settle())
    for (let turns = random(4); turns > 0; turns--) await turn()
    const pause = random(8)
    if (pause < 3) await work.at(-1)
    if (pause === 3) c.clock.advance([1, 3, 5, 1900][random(4)] ?? 1)
    if (pause === 4) {
      // A long time would pass between two looks of a job that waits for one that is under way.
      await Promise.all(work.splice(0))
      await c.pass([5, 700, 4000, 86_400 * 200][random(4)] ?? 5)
    }
    user.ledger.look()
  }
  await Promise.all(work)
  await c.pass(120)
  user.ledger.lookAtFiles()
  assertNoOrphans(c.engine, c.home)
}

const left = (c: Cloud) =>
  c.engine.read(tx => ({
    volumes: tx.volumes.list(),
    snapshots: tx.snapshots.list(),
    blocks: [...tx.blocks.scan()],
    blobs: [...tx.blobs.scan()],
    images: tx.images.list(),
    instances: tx.instances.list(),
    jobs: tx.jobs.list(),
    direct: tx.directSnapshots.list(),
  }))

const nothing = {
  volumes: [],
  snapshots: [],
  blocks: [],
  blobs: [],
  images: [],
  instances: [],
  jobs: [],
  direct: [],
}

describe('a cloud of volumes, simulated', () => {
  for (let first = firstSeed; first < firstSeed + seeds; first += together) {
    const last = Math.min(first + together, firstSeed + seeds) - 1
    it(`keeps every byte and every rule, and nothing else (seeds ${first} to ${last})`, async () => {
      const c = await cloud({ seed: String(first) })
      appendFileSync(
        join(c.home, 'eucalyptus.conf'),
        `STORAGE_MAX_TOTAL_VOLUME_SIZE_IN_GB=${limits.volumes}\nSTORAGE_GLOBAL_TOTAL_SNAPSHOT_SIZE_LIMIT_GB=${limits.snapshots}\n`,
      )
      for (let seed = first; seed <= last; seed++) {
        const random = numbers(seed)
        const user = new User(c, random, new Ledger(c, limits))
        try {
          await live(c, random, user)
          await user.leave()
          assertNoOrphans(c.engine, c.home)
          assert.deepEqual(left(c), nothing)
          assert.deepEqual(c.bugs, [])
        } catch (error) {
          throw new Error(`seed ${seed} after\n${user.called.join('\n')}`, { cause: error })
        }
      }
      await c.close()
    }).timeout(together * 30_000)
  }
})
