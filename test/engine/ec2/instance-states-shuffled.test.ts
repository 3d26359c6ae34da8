// SPDX-License-Identifier: BSD-2-Clause
// Calls in any order while the jobs of others are under way. Whatever is answered, in the end every machine is in a state
// of rest, has its devices just where it runs, and nothing is left over. A seed says which calls come, and after how many
// turns of the event loop; how far the disk has got by then is another matter each time.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { AttachVolumeCommand, CreateImageCommand, DetachVolumeCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { assertNoOrphans } from '../../support/orphans'
import { registerTrio } from '../../support/tiny-image'
import { haveRootSnapshot, type Machines, machines, registerEbs } from './ebs-machine'
import { haveVolume } from './volume'

const steps = 40

/** Numbers below a limit, the same ones for the same seed. */
const numbers = (seed: number): ((limit: number) => number) => {
  let state = seed * 7919
  return limit => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return (state >> 8) % limit
  }
}

const isRefusal = (error: unknown): boolean => error instanceof Error && '$metadata' in error

describe('instances that boot from volumes, shuffled', () => {
  let c: Cloud
  let m: Machines
  let image: string
  let data: string

  beforeEach(async () => {
    c = await cloud()
    m = machines(c)
    const { eki, eri } = await registerTrio(c)
    const SnapshotId = await haveRootSnapshot(c)
    image = await registerEbs(c, SnapshotId, {
      ...{ VirtualizationType: 'paravirtual', KernelId: eki, RamdiskId: eri },
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda', Ebs: { SnapshotId } },
        { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1, DeleteOnTermination: false } },
        { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
      ],
    })
    data = await haveVolume(c)
  })
  afterEach(() => c.close())

  const shuffle = async (ids: readonly string[], random: (limit: number) => number): Promise<void> => {
    const work: Promise<void>[] = []
    for (let step = 0; step < steps; step++) {
      const ending = new AbortController()
      work.push(c.engine.work(ending.signal))
      for (let turns = random(4); turns > 0; turns--) await turn()
      const InstanceId = ids[random(ids.length)] ?? ''
      const ec2 = c.ec2()
      const create = { InstanceId, Name: `image-${step}`, NoReboot: random(2) === 0 }
      const calls: readonly (() => unknown)[] = [
        ...[() => m.stop(InstanceId), () => m.stop(InstanceId)],
        ...[() => m.start(InstanceId), () => m.start(InstanceId), () => m.start(InstanceId)],
        () => ec2.send(new CreateImageCommand(create)),
        () => ec2.send(new AttachVolumeCommand({ VolumeId: data, InstanceId, Device: '/dev/sdf' })),
        () => ec2.send(new DetachVolumeCommand({ VolumeId: data })),
        ...[() => c.clock.advance(1), () => c.clock.advance(3), () => c.clock.advance(3)],
        ...(step > steps - 10 ? [() => m.terminate(InstanceId)] : []),
      ]
      try {
        await calls[random(calls.length)]?.()
      } catch (error) {
        if (!isRefusal(error)) throw error
      }
      // Who works is told to end, now and then, and others go on.
      if (random(4) === 0) ending.abort()
      if (random(3) === 0) await work.at(-1)
    }
    await Promise.all(work)
    await c.pass(120)
  }

  for (const seed of [4, 7, 12]) {
    it(`come to rest with what is theirs, and nothing else (seed ${seed})`, async () => {
      await shuffle(await m.run(image, { MinCount: 3, MaxCount: 3 }), numbers(seed))
      const holder = c.engine.read(tx => tx.volumes.get(data)?.attachment?.instanceId)
      for (const { id, state } of c.engine.read(tx => tx.instances.list())) {
        assert.ok(['running', 'stopped', 'terminated'].includes(state), `${id} is ${state}`)
        const isOn = state === 'running'
        for (const name of ['sda', 'sdb']) assert.equal(existsSync(m.device(id, name)), isOn, `${id} ${name}`)
        assert.equal(existsSync(m.device(id, 'sdf')), isOn && holder === id, `${id} sdf`)
        assert.equal(existsSync(m.folder(id)), isOn, `the folder of ${id}`)
      }
      const creating = c.engine.read(tx => tx.images.list().filter(({ creation }) => creation))
      assert.deepEqual(creating, [])
      assertNoOrphans(c.engine, c.home)
    })
  }
})
