// SPDX-License-Identifier: BSD-2-Clause
// A world for groups to live in, drawn by lot: users who change sizes and zones, nodes that fail, instances that are ended
// from outside, images that go, clocks that jump. And the model: what has to be so at every moment, and what once nobody
// has disturbed the groups for a while.
import assert from 'node:assert/strict'
import {
  AttachInstancesCommand,
  DeleteAutoScalingGroupCommand,
  DetachInstancesCommand,
  type ProcessType,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import type { Engine } from '../../../src/engine/engine'
import type { Tx } from '../../../src/engine/operation'
import type { Cloud } from '../../support/cloud'
import { boot, fail, haveGroup, haveImage, imageId, liveInstances, update } from './machines'

type Random = (limit: number) => number

/** The largest size of a group, and what may come on top of it while zones are balanced. */
const largest = 12
const mostInstances = largest + 1

/** Numbers below a limit, the same ones for the same seed. */
export const numbers = (seed: number): Random => {
  let state = (seed * 7919 + 17) & 0x7fffffff
  return limit => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % limit
  }
}

const zones = ['PARTI00', 'PARTI01']
const processes: readonly (ProcessType['ProcessName'] & string)[] = [
  ...['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance'],
]

/** What has to be so after every transaction, whoever did it. */
export const assertOwned = (tx: Tx, most = Number.POSITIVE_INFINITY): void => {
  const live = tx.instances.list().filter(({ state }) => state === 'pending' || state === 'running')
  const rows = tx.scalingInstances.list()
  const ofRows = new Set(rows.map(({ id }) => id))
  for (const { id, scalingGroup } of live) {
    assert.equal(
      ofRows.has(id),
      scalingGroup !== undefined,
      `${id} of ${scalingGroup} and its place in a group`,
    )
  }
  for (const row of rows) {
    const group = tx.scalingGroups.in(row.account).get(row.groupName)
    assert.equal(group?.id, row.groupId, `${row.id} has a place in a group that is gone`)
    const activity = row.activityKey && tx.scalingActivities.in(row.account).get(...row.activityKey)
    assert.equal(row.activityId, activity?.id, `${row.id} and its activity`)
    assert.equal(activity?.endedAt, undefined, `${row.id} waits for an activity that has ended`)
  }
  const waited = new Set(rows.map(({ activityId }) => activityId))
  for (const activity of tx.scalingActivities.everywhere()) {
    const isOpen = activity.endedAt === undefined
    assert.ok(!isOpen || waited.has(activity.id), `${activity.description} never ends`)
    assert.equal(isOpen, ['PreInService', 'InProgress'].includes(activity.status), activity.status)
  }
  for (const group of tx.scalingGroups.everywhere()) {
    const size = rows.filter(({ groupId }) => groupId === group.id).length
    // Only balancing goes beyond, and shrinking comes later.
    assert.ok(group.minSize <= group.desired && group.desired <= group.maxSize, `sizes of ${group.name}`)
    assert.ok(size <= most, `${group.name} has ${size} instances`)
  }
}

/** What has to be so when a group has been left alone. */
const assertSettled = (tx: Tx): void => {
  for (const group of tx.scalingGroups.everywhere()) {
    const rows = tx.scalingInstances.list().filter(({ groupId }) => groupId === group.id)
    assert.equal(rows.length, group.desired, `size of ${group.name}`)
    for (const row of rows) {
      assert.deepEqual([row.lifecycle, row.health], ['InService', 'Healthy'], row.id)
      assert.equal(tx.instances.get(row.id)?.state, 'running', row.id)
      assert.ok(group.zones.includes(row.zone), `${row.id} is in ${row.zone}`)
    }
    const counts = group.zones.map(zone => rows.filter(row => row.zone === zone).length)
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${group.name} is balanced: ${counts}`)
    assert.deepEqual(group.causes, [])
    assert.equal(group.isScaling, undefined)
    assert.equal(group.trouble, undefined)
  }
  for (const { description, endedAt } of tx.scalingActivities.everywhere()) {
    assert.ok(endedAt, `${description} has ended`)
  }
}

export class World {
  readonly #c: Cloud
  readonly #engines: readonly Engine[]
  readonly #random: Random
  readonly #names: readonly string[]
  readonly done: string[] = []

  constructor(c: Cloud, engines: readonly Engine[], random: Random, seed: number) {
    this.#c = c
    this.#engines = engines
    this.#random = random
    this.#names = [`web-${seed}`, `db-${seed}`]
  }

  async begin(): Promise<void> {
    haveImage(this.#c)
    for (const AutoScalingGroupName of this.#names) {
      const MinSize = this.#random(4)
      const AvailabilityZones = this.#zones()
      this.done.push(`${AutoScalingGroupName} of ${MinSize} in ${AvailabilityZones}`)
      await haveGroup(this.#c, {
        ...{ AutoScalingGroupName, MinSize, MaxSize: largest, AvailabilityZones },
        HealthCheckGracePeriod: this.#random(3) * 60,
      })
    }
  }

  #zones(): string[] {
    const kinds = [zones, [...zones].reverse(), zones.slice(0, 1), zones.slice(1)]
    return [...(kinds[this.#random(kinds.length)] ?? zones)]
  }

  #name(): string {
    return this.#names[this.#random(this.#names.length)] ?? ''
  }

  #instance(): string {
    const rows = this.#c.engine.read(tx => tx.scalingInstances.list())
    return rows[this.#random(rows.length || 1)]?.id ?? 'i-00000000'
  }

  /** Instances that were taken out of their groups, and run on. */
  #free(): readonly string[] {
    return liveInstances(this.#c.engine)
      .filter(({ scalingGroup }) => scalingGroup === undefined)
      .map(({ id }) => id)
  }

  #engine(): Engine {
    return this.#engines[this.#random(this.#engines.length)] ?? this.#c.engine
  }

  /** One thing that happens. Refusals are answers like others. */
  async #happen(): Promise<string> {
    const client = this.#c.autoscaling()
    const AutoScalingGroupName = this.#name()
    const InstanceId = this.#instance()
    const process = processes[this.#random(processes.length)] ?? 'Launch'
    const named = { AutoScalingGroupName, ScalingProcesses: [process] }
    const yes = this.#random(2) === 0
    const size = this.#random(8)
    const sizes = { MinSize: this.#random(3), MaxSize: 8 + this.#random(4), DesiredCapacity: 2 + size }
    const AvailabilityZones = this.#zones()
    const events: (() => Promise<unknown> | unknown)[] = [
      () => update(this.#c, { MinSize: 0, DesiredCapacity: size }, AutoScalingGroupName),
      () => update(this.#c, sizes, AutoScalingGroupName),
      () => update(this.#c, { AvailabilityZones }, AutoScalingGroupName),
      () => client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: size })),
      () => client.send(new SetInstanceHealthCommand({ InstanceId, HealthStatus: 'Unhealthy' })),
      () =>
        client.send(
          new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: yes }),
        ),
      () =>
        client.send(
          new SetInstanceProtectionCommand({
            ...{ AutoScalingGroupName, InstanceIds: [InstanceId], ProtectedFromScaleIn: yes },
          }),
        ),
      () => client.send(new SuspendProcessesCommand(named)),
      () => client.send(new ResumeProcessesCommand(named)),
      () => this.#c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] })),
      () => this.#c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] })),
      () => this.#c.ec2().send(new StopInstancesCommand({ InstanceIds: [InstanceId] })),
      () => fail(this.#c.engine, InstanceId),
      () => fail(this.#c.engine, InstanceId),
      () => (yes ? haveImage(this.#c) : this.#c.engine.write(tx => tx.images.delete(imageId))),
      () => this.#room(size),
      () => boot(this.#c.engine),
      () => boot(this.#c.engine),
      () => boot(this.#c.engine, [InstanceId]),
      () => this.#remake(AutoScalingGroupName),
      () =>
        client.send(
          new DetachInstancesCommand({
            ...{ AutoScalingGroupName, InstanceIds: [InstanceId], ShouldDecrementDesiredCapacity: yes },
          }),
        ),
      () =>
        client.send(
          new AttachInstancesCommand({
            AutoScalingGroupName,
            InstanceIds: this.#free().slice(0, 1 + (size % 2)),
          }),
        ),
    ]
    const which = this.#random(events.length)
    const outcome = await Promise.resolve()
      .then(events[which])
      .then(
        () => 'done',
        (error: Error) => error.name,
      )
    return `event ${which} on ${AutoScalingGroupName} ${InstanceId} ${process} ${size} ${yes}: ${outcome}`
  }

  #room(cpus: number): void {
    const name = zones[cpus % 2] ?? ''
    this.#c.engine.write(tx => tx.zones.put({ name, cpus, memoryMib: 100_000, diskGib: 10_000 }))
  }

  async #remake(AutoScalingGroupName: string): Promise<void> {
    const input = { AutoScalingGroupName, ForceDelete: true }
    await this.#c.autoscaling().send(new DeleteAutoScalingGroupCommand(input))
    await haveGroup(this.#c, {
      AutoScalingGroupName,
      MinSize: 1,
      MaxSize: largest,
      AvailabilityZones: this.#zones(),
    })
  }

  /** Something happens, and some time passes: nothing, seconds, or hours at once. One process or the other sees to it. */
  async step(): Promise<void> {
    this.done.push(await this.#happen())
    const jumps = [0, 0, 1, 5, 10, 30, 60, 300, 900, 7200, 90_000]
    const seconds = jumps[this.#random(jumps.length)] ?? 0
    this.#c.clock.advance(seconds)
    this.done.push(`${seconds} s`)
    if (this.#random(4) > 0) await this.#engine().drain()
    this.#c.engine.read(tx => assertOwned(tx, mostInstances))
  }

  /** Everything is put in order, and nobody disturbs the groups for a while. */
  async settle(): Promise<void> {
    haveImage(this.#c)
    for (const zone of [1, 2]) this.#room(1000 + zone)
    this.#c.engine.write(tx => {
      for (const one of tx.scalingInstances.list()) tx.scalingInstances.put({ ...one, isProtected: false })
      for (const group of tx.scalingGroups.everywhere()) {
        tx.scalingGroups.in(group.account).put({ ...group, suspensions: [] })
      }
    })
    // The longest pause after launches that failed is a quarter of an hour, and each round moves a few instances at least.
    let rounds = 0
    do await this.#round(rounds++ < 4 ? 450 : 30)
    while (rounds < 40 && !this.#isSettled())
    await this.#round(60)
    this.#c.engine.read(assertSettled)
    assert.ok(liveInstances(this.#c.engine).length - this.#free().length <= 2 * largest)
  }

  #isSettled(): boolean {
    try {
      this.#c.engine.read(assertSettled)
      return true
    } catch {
      return false
    }
  }

  /** What was launched runs, the group finds out, and then nothing happens for a while. */
  async #round(seconds: number): Promise<void> {
    boot(this.#c.engine)
    for (const pause of [0, 6, 2, seconds]) {
      this.#c.clock.advance(pause)
      await this.#engine().drain()
    }
    this.#c.engine.read(tx => assertOwned(tx, mostInstances))
  }

  /** The groups go, and with them all that is theirs. */
  async end(): Promise<void> {
    for (const AutoScalingGroupName of this.#names) {
      const input = { AutoScalingGroupName, ForceDelete: true }
      await this.#c.autoscaling().send(new DeleteAutoScalingGroupCommand(input))
    }
    this.#c.engine.read(tx => assertOwned(tx, mostInstances))
    const InstanceIds = [...this.#free()]
    assert.equal(liveInstances(this.#c.engine).length, InstanceIds.length)
    if (InstanceIds.length > 0) await this.#c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
    this.#c.clock.advance(30)
    await this.#c.engine.drain()
    this.#c.clock.advance(4000)
    await this.#c.engine.drain()
    this.#c.engine.write(tx => {
      for (const activity of tx.scalingActivities.everywhere()) {
        tx.scalingActivities.in(activity.account).delete(-activity.startedAt.getTime(), -activity.sequence)
      }
      // What is planned for six weeks from now would be in the way of the next ones.
      for (const due of [...tx.due.scan()])
        if (due.task === 'activity.expired') tx.due.delete(due.at, due.sequence)
    })
  }
}
