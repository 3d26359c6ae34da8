// SPDX-License-Identifier: BSD-2-Clause
// A cloud with VPCs and an image, and what tests of its instances do again and again.
import {
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Subnet } from '../../../../src/engine/ec2/schema/vpc'
import { defaultVpc, makeSubnet, makeVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { type Clients, cloud } from '../../../support/cloud'
import { registerTrio } from '../../../support/tiny-image'

/** `other` is a subnet of a VPC beside the default one, which is `home`. */
export const launchingCloud = async () => {
  const c = await cloud({ networking: 'vpc' })
  const images = await registerTrio(c)
  await c.settle()
  const home = c.engine.read(tx => defaultVpc(tx, c.accountId)?.id ?? '')
  const subnetIn = (vpcId: string, cidr: string, zone = 'PARTI01'): Subnet =>
    c.engine.write(tx => {
      const wanted = { account: c.accountId, vpcId, cidr, zone, isDefault: false, mapPublicIp: false }
      return makeSubnet(tx, wanted, prefix => tx.id(prefix))
    })
  const beside = c.engine.write(tx => {
    const wanted = {
      account: c.accountId,
      cidr: '10.1.0.0/16',
      tenancy: 'default',
      isDefault: false,
    } as const
    return makeVpc(tx, { ...wanted, dhcpOptionsId: 'default' }, prefix => tx.id(prefix)).id
  })
  const other = subnetIn(beside, '10.1.2.0/24')
  const defaultSubnet = (zone: string): string =>
    c.engine.read(tx => tx.subnets.list().find(one => one.vpcId === home && one.zone === zone)?.id ?? '')
  const run = async (input: object = {}, who: Clients = c): Promise<Instance[]> => {
    const sent = { ImageId: images.emi, MinCount: 1, MaxCount: 1, ...input }
    return (await who.ec2().send(new RunInstancesCommand(sent as never))).Instances ?? []
  }
  const described = async (Name: string, Value: string) => {
    const Filters = [{ Name, Values: [Value] }]
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({ Filters }))
    return Reservations.flatMap(({ Instances = [] }) => Instances)
  }
  return {
    ...{ c, images, home, other, subnetIn, defaultSubnet, run, described },
    first: async (input: object = {}): Promise<Instance> => (await run(input))[0] ?? {},
    again: async ({ InstanceId = '' }: Instance): Promise<Instance> => {
      const [one] = await described('instance-id', InstanceId)
      return one ?? {}
    },
    end: async (...instances: Instance[]): Promise<void> => {
      const InstanceIds = instances.map(({ InstanceId = '' }) => InstanceId)
      await c.ec2().send(new TerminateInstancesCommand({ InstanceIds }))
      await c.pass(60)
    },
    groupIn: async (VpcId: string, GroupName: string): Promise<string> =>
      (await c.ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'one', VpcId })))
        .GroupId ?? '',
    interfaceIn: async (SubnetId: string): Promise<string> =>
      (await c.ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))).NetworkInterface
        ?.NetworkInterfaceId ?? '',
  }
}

export type LaunchingCloud = Awaited<ReturnType<typeof launchingCloud>>
