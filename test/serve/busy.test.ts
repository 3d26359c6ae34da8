// SPDX-License-Identifier: BSD-2-Clause
// A served cloud with much to do: it answers meanwhile, and ends when it is told to.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling'
import { Engine } from '../../src/engine/engine'
import { serve } from '../../src/serve/serve'
import { haveImage, haveRoom, imageId } from '../engine/autoscaling/machines'

const size = 400

describe('a served cloud that launches many instances', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'mallee-busy-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  /** The key of a new cloud with an image, and with room. */
  const prepare = async () => {
    const engine = await Engine.open({ home })
    const key = engine.read(tx => tx.accessKeys.list()[0]) ?? assert.fail('no administrator')
    haveImage({ engine, accountId: key.account })
    haveRoom({ engine })
    await engine.close()
    return { accessKeyId: key.id, secretAccessKey: key.secret }
  }

  it('answers in between, and ends before it is done', async () => {
    const credentials = await prepare()
    const bugs: unknown[] = []
    const serving = await serve({ home, host: '127.0.0.1', port: 0, onBug: bug => bugs.push(bug) })
    const endpoint = `${serving.endpoint}/services/AutoScaling`
    const client = new AutoScalingClient({ region: 'eucalyptus', endpoint, credentials, maxAttempts: 1 })
    const count = async () => {
      const { AutoScalingGroups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}))
      return AutoScalingGroups[0]?.Instances?.length ?? 0
    }
    try {
      const config = {
        LaunchConfigurationName: 'config',
        ImageId: imageId,
        InstanceType: 'm1.small',
      } as const
      await client.send(new CreateLaunchConfigurationCommand(config))
      const group = {
        ...{ AutoScalingGroupName: 'web', LaunchConfigurationName: 'config', AvailabilityZones: ['PARTI00'] },
        ...{ MinSize: size, MaxSize: size },
      }
      await client.send(new CreateAutoScalingGroupCommand(group))
      const [first, second] = [await count(), await count()]
      assert.ok(first <= second && second < size, `${first}, then ${second}`)
    } finally {
      client.destroy()
      await serving.stop()
    }
    const after = await Engine.open({ home })
    try {
      const made = () => after.read(tx => tx.scalingInstances.list().length)
      assert.ok(made() < size, `${made()}`)
      await after.drain()
      assert.equal(made(), size)
    } finally {
      await after.close()
    }
    assert.deepEqual(bugs, [])
  })
})
