// SPDX-License-Identifier: BSD-2-Clause
// What it takes to run instances in a VPC, beside what it takes elsewhere.
import assert from 'node:assert/strict'
import { CreateNetworkInterfaceCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { registerTrio, type TinyTrio } from '../../../support/tiny-image'
import { refused } from '../expect'
import { arnIn, type Person, person, type Statement } from '../people'

const denied = 'UnauthorizedOperation'

describe('a user who runs instances in a VPC', () => {
  let c: Cloud
  let alice: Clients
  let carl: Person
  let images: TinyTrio
  let subnets: readonly string[]
  let vpcId: string
  let arn: (type: string, id?: string) => string

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    images = await registerTrio(c)
    await c.settle()
    alice = await c.account('alice')
    c.engine.write(tx => {
      for (const id of [images.emi, images.eki, images.eri]) {
        tx.images.put({ ...tx.images.must(id), isPublic: true })
      }
    })
    carl = person(c, alice, 'carl')
    arn = arnIn(alice.accountId)
    vpcId = c.engine.read(tx => defaultVpc(tx, alice.accountId)?.id ?? '')
    subnets = c.engine.read(tx =>
      ['PARTI00', 'PARTI01'].map(
        zone => tx.subnets.list().find(one => one.vpcId === vpcId && one.zone === zone)?.id ?? '',
      ),
    )
  })
  after(() => c.close())

  const all: Statement = { Action: 'ec2:*' }
  const deny = (Resource: string, Condition?: object): Statement => ({
    ...{ Effect: 'Deny', Action: 'ec2:RunInstances', Resource },
    ...(Condition && { Condition }),
  })
  const run = (input: object = {}) => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    return carl.ec2().send(new RunInstancesCommand(sent))
  }
  const dry = (input: object = {}) => run({ ...input, DryRun: true })

  it('needs leave for the subnet', async () => {
    const [first = '', second = ''] = subnets
    carl.may(all, deny(arn('subnet', first)))
    await refused(dry({ SubnetId: first }), 'UnauthorizedOperation')
    await refused(dry({ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: first }] }), 'UnauthorizedOperation')
    await refused(dry({ Placement: { AvailabilityZone: 'PARTI00' } }), 'UnauthorizedOperation')
    await refused(dry({ SubnetId: second }), 'DryRunOperation')
  })

  it('gets a zone whose subnet he may use when he names none', async () => {
    carl.may(all, deny(arn('subnet', subnets[0])))
    const { Instances = [] } = await run()
    assert.equal(Instances[0]?.SubnetId, subnets[1])
    carl.may(all, deny(arn('subnet')))
    await refused(run(), 'UnauthorizedOperation')
  })

  it('needs leave for new interfaces and for those that are there', async () => {
    const [SubnetId = ''] = subnets
    const { NetworkInterface } = await alice.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
    const NetworkInterfaceId = NetworkInterface?.NetworkInterfaceId ?? ''
    carl.may(all, deny(arn('network-interface', NetworkInterfaceId)))
    const there = { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] }
    await refused(dry(there), 'UnauthorizedOperation')
    await refused(dry(), 'DryRunOperation')
    const inVpc = { StringEquals: { 'ec2:Vpc': arn('vpc', vpcId) } }
    carl.may(all, deny(arn('network-interface'), inVpc))
    await refused(dry({ SubnetId }), 'UnauthorizedOperation')
    await refused(dry(there), 'UnauthorizedOperation')
    carl.may(all)
    await refused(dry(there), 'DryRunOperation')
  })

  it('needs leave for the subnet of new interfaces beside one that is there', async () => {
    const [SubnetId = ''] = subnets
    const { NetworkInterface } = await alice.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
    const { NetworkInterfaceId } = NetworkInterface ?? {}
    const both = { NetworkInterfaces: [{ DeviceIndex: 1 }, { DeviceIndex: 0, NetworkInterfaceId }] }
    carl.may(all, deny(arn('subnet', SubnetId)))
    await refused(dry(both), 'UnauthorizedOperation')
    const inSubnet = { ArnEquals: { 'ec2:Subnet': arn('subnet', SubnetId) } }
    carl.may(all, deny(arn('network-interface', '*'), inSubnet))
    await refused(dry({ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId }, { DeviceIndex: 1 }] }), denied)
    carl.may(all, deny(arn('subnet', subnets[1])))
    await refused(dry(both), 'DryRunOperation')
  })

  it('is asked about zones and subnets that the cloud chooses as about those that he names', async () => {
    const [first = '', second = ''] = subnets
    const inSubnet = (id: string) => ({ ArnEquals: { 'ec2:Subnet': arn('subnet', id) } })
    const inZone = { StringEquals: { 'ec2:AvailabilityZone': 'PARTI00' } }
    carl.may(all, deny(arn('network-interface'), inSubnet(first)))
    assert.equal((await run()).Instances?.[0]?.SubnetId, second)
    carl.may(all, deny(arn('network-interface'), inSubnet(first)), deny(arn('subnet', second)))
    await refused(run(), denied)
    carl.may(all, deny(arn('instance'), inZone))
    assert.equal((await run()).Instances?.[0]?.SubnetId, second)
    await refused(dry({ SubnetId: first }), denied)
    await refused(dry({ NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: first }] }), denied)
    await refused(dry({ SubnetId: second }), 'DryRunOperation')
    carl.may(all, deny(arn('network-interface'), { ArnEquals: { 'ec2:Vpc': arn('vpc', vpcId) } }))
    await refused(dry(), denied)
  })

  it('needs leave for the VPC’s default group where he names none', async () => {
    const group = c.engine.read(tx => tx.securityGroups.list().find(one => one.vpcId === vpcId)?.id)
    carl.may(all, deny(arn('security-group', group)))
    await refused(dry({ SubnetId: subnets[0] }), 'UnauthorizedOperation')
    await refused(dry(), 'UnauthorizedOperation')
  })
})
