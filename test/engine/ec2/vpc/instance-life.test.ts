// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { type Cloud, cloud } from '../../../support/cloud'
import { haveRootSnapshot, machines, registerEbs } from '../ebs-machine'

describe('an instance in a VPC that stops and starts', () => {
  let c: Cloud
  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
  })
  afterEach(() => c.close())

  const described = async (id: string) => {
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return Reservations[0]?.Instances?.[0]
  }
  const record = (id: string) => c.engine.read(tx => tx.instances.must(id))

  it('keeps its interface and its private address, and gets another public one', async () => {
    const m = machines(c)
    const id = await m.running(await registerEbs(c, await haveRootSnapshot(c)))
    const before = await described(id)
    const { hostIp = '' } = record(id)
    await m.stop(id)
    await c.pass(60)
    const stopped = await described(id)
    assert.equal(stopped?.State?.Name, 'stopped')
    assert.equal(stopped?.PrivateIpAddress, before?.PrivateIpAddress)
    assert.equal(stopped?.PublicIpAddress, undefined)
    assert.equal(
      stopped?.NetworkInterfaces?.[0]?.NetworkInterfaceId,
      before?.NetworkInterfaces?.[0]?.NetworkInterfaceId,
    )
    assert.equal(record(id).hostIp, undefined)
    c.engine.read(tx => {
      assert.equal(tx.privateAddresses.get(hostIp), undefined)
      assert.equal(tx.addresses.list().length, 0)
    })
    await m.start(id)
    await c.pass(60)
    const after = await described(id)
    assert.equal(after?.State?.Name, 'running')
    assert.equal(after?.PrivateIpAddress, before?.PrivateIpAddress)
    assert.match(after?.PublicIpAddress ?? '', /^198\.18\./)
    assert.notEqual(after?.PublicIpAddress, before?.PublicIpAddress)
    assert.match(record(id).hostIp ?? '', /^127\./)
  })
})
