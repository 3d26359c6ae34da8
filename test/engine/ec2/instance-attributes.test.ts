// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  DescribeInstanceAttributeCommand,
  ModifyInstanceAttributeCommand,
  ResetInstanceAttributeCommand,
} from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../support/cloud'
import { ask, errorOf } from './answer'
import { refused } from './expect'
import { haveInstance } from './instance'

const id = 'i-0000000a'

describe('attributes of instances', () => {
  let c: Cloud

  beforeEach(async () => {
    c = await cloud()
    haveInstance(c, { id, userData: 'aGVsbG8=', kernelId: 'eki-00000001' })
  })
  afterEach(() => c.close())

  const read = async (Attribute: string, InstanceId = id) => {
    const command = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: Attribute as 'kernel' })
    const { $metadata, ...answer } = await c.ec2().send(command)
    return answer
  }
  const change = (input: object) =>
    c.ec2().send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...input }))

  it('are told one at a time', async () => {
    assert.deepEqual(await read('instanceType'), { InstanceId: id, InstanceType: { Value: 'm1.small' } })
    assert.deepEqual(await read('userData'), { InstanceId: id, UserData: { Value: 'aGVsbG8=' } })
    assert.deepEqual(await read('kernel'), { InstanceId: id, KernelId: { Value: 'eki-00000001' } })
    assert.deepEqual(await read('rootDeviceName'), { InstanceId: id, RootDeviceName: { Value: '/dev/sda1' } })
    for (const [attribute, member] of [
      ['disableApiTermination', 'DisableApiTermination'],
      ['disableApiStop', 'DisableApiStop'],
      ['ebsOptimized', 'EbsOptimized'],
    ] as const) {
      assert.deepEqual(await read(attribute), { InstanceId: id, [member]: { Value: false } })
    }
    await refused(
      read('colour'),
      'InvalidParameterValue',
      'Value (colour) for parameter attribute is invalid. Unknown attribute.',
    )
  })

  it('are found by ids in any case, and by none that is unknown or no id', async () => {
    assert.equal((await read('instanceType', 'I-0000000A')).InstanceId, id)
    await refused(read('kernel', 'i-0000000b'), 'InvalidInstanceID.NotFound')
    const text = "Value (vol-1) for parameter instanceId is invalid. Expected: 'i-...'."
    await refused(read('kernel', 'vol-1'), 'InvalidParameterValue', text)
    const protect = { InstanceId: 'vol-1', DisableApiTermination: { Value: true } }
    await refused(change(protect), 'InvalidParameterValue', text)
    const reset = new ResetInstanceAttributeCommand({ InstanceId: 'vol-1', Attribute: 'kernel' })
    await refused(c.ec2().send(reset), 'InvalidParameterValue', text)
  })

  it('change by their own parameter, and by the name and value of the first API', async () => {
    await change({ DisableApiTermination: { Value: true } })
    assert.deepEqual((await read('disableApiTermination')).DisableApiTermination, { Value: true })
    await change({ Attribute: 'disableApiTermination', Value: 'false' })
    assert.deepEqual((await read('disableApiTermination')).DisableApiTermination, { Value: false })
    await change({ InstanceInitiatedShutdownBehavior: { Value: 'terminate' } })
    const behavior = await read('instanceInitiatedShutdownBehavior')
    assert.deepEqual(behavior.InstanceInitiatedShutdownBehavior, { Value: 'terminate' })
    await change({ DisableApiStop: { Value: false } })
    await refused(change({ DisableApiStop: { Value: true } }), 'UnsupportedOperation', /'ebs' root device/)
    await refused(change({}), 'InvalidParameterCombination')
    await refused(change({ InstanceType: { Value: 'm1.large' } }), 'IncorrectInstanceState')
    await refused(change({ InstanceType: { Value: 'm9.huge' } }), 'InvalidInstanceAttributeValue')
  })

  it('change one at a time', async () => {
    const protect = { DisableApiTermination: { Value: true } }
    const text = /^Fields for multiple attribute types specified: DisableApiTermination, /
    await refused(
      change({ ...protect, SourceDestCheck: { Value: false } }),
      'InvalidParameterCombination',
      text,
    )
    const old = { Attribute: 'instanceInitiatedShutdownBehavior', Value: 'terminate' }
    await refused(change({ ...protect, ...old }), 'InvalidParameterCombination', text)
    assert.deepEqual((await read('disableApiTermination')).DisableApiTermination, { Value: false })
  })

  it('are missed when a request names none', async () => {
    assert.deepEqual(errorOf(await ask(c, { Action: 'DescribeInstanceAttribute', InstanceId: id })), [
      'MissingParameter',
      'The request must contain the parameter Attribute',
    ])
  })
})
