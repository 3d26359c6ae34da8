// SPDX-License-Identifier: BSD-2-Clause
// One of each kind of thing that there is in EC2, for the suite of permissions.
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { Clients, Cloud } from '../../support/cloud'
import { ext4Disk, registerTiny } from '../../support/tiny-image'
import { haveVolumes } from '../isolation-volumes'
import { haveNetworks } from './vpc/network-cases'

/** One of each, all of them somebody's. */
export const haveThings = async (c: Cloud, who: Clients) => {
  const ec2 = who.ec2()
  const image = await registerTiny(c, { disk: ext4Disk('hers') }, { VirtualizationType: 'hvm' }, who)
  const { KeyPairId: keyPair = '' } = await ec2.send(new CreateKeyPairCommand({ KeyName: 'hers' }))
  const { GroupId: group = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'hers', Description: 'hers' }),
  )
  const { SecurityGroupRules = [] } = await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: group,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  )
  const { PublicIp: address = '' } = await ec2.send(new AllocateAddressCommand({}))
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: image, MinCount: 1, MaxCount: 1, KeyName: 'hers', SecurityGroupIds: [group] },
      Placement: { AvailabilityZone: 'PARTI00' },
    }),
  )
  await c.pass(10)
  const instance = Instances?.[0]?.InstanceId ?? ''
  await ec2.send(
    new CreateTagsCommand({ Resources: [instance, image], Tags: [{ Key: 'team', Value: 'red' }] }),
  )
  const bundle = instance.replace('i-', 'bun-')
  const association = instance.replace('i-', 'iip-assoc-')
  c.engine.write(tx => {
    const profileArn = `arn:aws:iam::${who.accountId}:instance-profile/hers`
    tx.instances.put({ ...tx.instances.must(instance), profileArn, profileId: 'AIPAHERS' })
    tx.bundleTasks.put({
      ...{ id: bundle, account: who.accountId, instanceId: instance, bucket: 'hers', prefix: 'hers' },
      ...{ state: 'bundling', progress: 5, startedAt: tx.now, updatedAt: tx.now },
    })
    tx.conversions.put({
      ...{ id: 'import-vol-0000a11c', account: who.accountId, userName: 'admin', state: 'NEW' },
      ...{ message: 'hers', zone: 'PARTI00', endpoint: '', disks: [] },
      ...{ createdAt: tx.now, changedAt: tx.now, expiresAt: tx.now },
    })
  })
  const rule = SecurityGroupRules[0]?.SecurityGroupRuleId ?? ''
  const volumes = await haveVolumes(c, who, instance)
  return {
    ...{ image, keyPair, group, rule, address, instance, association, bundle },
    ...volumes,
    ...haveNetworks(c, who),
  }
}

export type Things = Awaited<ReturnType<typeof haveThings>>
