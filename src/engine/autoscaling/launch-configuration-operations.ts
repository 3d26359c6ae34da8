// SPDX-License-Identifier: BSD-2-Clause
// Launch configurations (engine-autoscaling §2). They are made and deleted, and never change.
import {
  type BlockDeviceMapping,
  CreateLaunchConfiguration$,
  type CreateLaunchConfigurationType,
  DeleteLaunchConfiguration$,
  DescribeLaunchConfigurations$,
  type LaunchConfigurationNamesType,
  type LaunchConfigurationNameType,
  type LaunchConfigurationsType,
} from '@aws-sdk/client-auto-scaling'
import type { Demand } from '../access'
import { roleOf } from '../ec2/access/launching'
import { instanceById } from '../ec2/access/resources'
import { canonicalImageId } from '../ec2/image-ids'
import { madeBy } from '../ec2/quotas'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { configurationNamed } from './arns'
import { listed, placeOf } from './group-lists'
import { mayConfiguration, newConfiguration } from './permissions'
import { checkQuota } from './quotas'
import { checkLaunchReferences, isGroupId, profileReference } from './references'
import { alreadyExists, inUse, invalid } from './refusals'
import type { BlockDevice, LaunchConfiguration } from './schema/groups'
import { freshUuid } from './uuids'
import { checkFields, type Field, fieldsOf, recordsPage, refuseMembers, required, rules } from './validation'
import { configurationView } from './views'

type Request = CreateLaunchConfigurationType

const missingMembers = ['ClassicLinkVPCId', 'ClassicLinkVPCSecurityGroups', 'MetadataOptions']

const deviceFields = (mappings: readonly BlockDeviceMapping[] | undefined): readonly Field[] =>
  (mappings ?? []).flatMap(({ DeviceName, VirtualName, Ebs }, index): Field[] => {
    const path = `BlockDeviceMappings.member.${index + 1}`
    return [
      [`${path}.DeviceName`, DeviceName, rules.text],
      [`${path}.VirtualName`, VirtualName, rules.text],
      [`${path}.Ebs.SnapshotId`, Ebs?.SnapshotId, rules.snapshot],
      [`${path}.Ebs.VolumeSize`, Ebs?.VolumeSize, rules.count],
      [`${path}.Ebs.Iops`, Ebs?.Iops, rules.count],
      [`${path}.Ebs.Throughput`, Ebs?.Throughput, rules.count],
      [`${path}.Ebs.VolumeType`, Ebs?.VolumeType, rules.text],
    ]
  })

const mixedGroups =
  'Must use either use group-id or group-name for all the security groups, not both at the same time'

const check = (input: Request): void => {
  refuseMembers(input, missingMembers)
  const groups = input.SecurityGroups ?? []
  const ids = groups.filter(isGroupId).length
  const isWhole = input.InstanceId !== undefined
  checkFields(
    [
      ['LaunchConfigurationName', input.LaunchConfigurationName, rules.name],
      ['ImageId', input.ImageId, rules.machineImage],
      ['InstanceId', input.InstanceId, rules.instance],
      ['InstanceType', input.InstanceType, rules.text],
      ['KeyName', input.KeyName, rules.text],
      ['KernelId', input.KernelId, rules.kernelImage],
      ['RamdiskId', input.RamdiskId, rules.ramdiskImage],
      ['UserData', input.UserData, rules.userData],
      ['SpotPrice', input.SpotPrice, rules.spotPrice],
      ['PlacementTenancy', input.PlacementTenancy, rules.tenancy],
      ['IamInstanceProfile', input.IamInstanceProfile, rules.profile],
      ...fieldsOf('SecurityGroups', groups, rules.text),
      ...deviceFields(input.BlockDeviceMappings),
    ],
    {
      ...(!isWhole && {
        ImageId: required('ImageId', input.ImageId),
        InstanceType: required('InstanceType', input.InstanceType),
      }),
      'SecurityGroups.member': ids > 0 && ids < groups.length && mixedGroups,
    },
  )
}

/** What an instance of the caller's account is like, but for its devices. */
const likeInstance = (tx: Tx, text: string): Omit<Partial<Request>, 'LaunchConfigurationName'> => {
  const instance = tx.instances.get(text.toLowerCase())
  if (instance?.account !== tx.caller.account || instance.state === 'terminated') {
    return invalid(`Invalid parameters [Invalid instance id: ${text}]`)
  }
  return {
    ImageId: instance.imageId,
    InstanceType: instance.instanceType,
    KeyName: instance.keyName,
    KernelId: instance.kernelId,
    RamdiskId: instance.ramdiskId,
    SecurityGroups: [...instance.groupIds],
    UserData: instance.userData,
    IamInstanceProfile: instance.profileArn,
    InstanceMonitoring: { Enabled: instance.monitoring },
    PlacementTenancy: instance.tenancy === 'default' ? undefined : instance.tenancy,
  }
}

/** The request with what it leaves out as its instance has it. */
const filled = (tx: Tx, input: Request): Request => {
  if (input.InstanceId === undefined) return input
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  return { ...likeInstance(tx, input.InstanceId), ...(Object.fromEntries(given) as unknown as Request) }
}

/** Members without those that are undefined, as records have them. */
const defined = <T extends object>(members: T): { [M in keyof T]?: Exclude<T[M], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never

const deviceOf = ({ DeviceName = '', VirtualName, NoDevice, Ebs }: BlockDeviceMapping): BlockDevice => ({
  deviceName: DeviceName,
  ...defined({ virtualName: VirtualName, noDevice: NoDevice }),
  ...(Ebs && {
    ebs: defined({
      snapshotId: Ebs.SnapshotId,
      sizeGib: Ebs.VolumeSize,
      volumeType: Ebs.VolumeType,
      deleteOnTermination: Ebs.DeleteOnTermination,
      iops: Ebs.Iops,
      throughput: Ebs.Throughput,
      encrypted: Ebs.Encrypted,
    }),
  }),
})

const imageId = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : canonicalImageId(text)

// ---- operations --------------------------------------------------------------------------------------------------

export const createLaunchConfiguration: Operation<Request, object> = (tx, request) => {
  check(request)
  checkQuota(tx, 'launchConfigurations')
  const input = filled(tx, request)
  const { LaunchConfigurationName: name = '', ImageId = '', InstanceType = '' } = input
  const securityGroups = [...new Set(input.SecurityGroups ?? [])]
  checkLaunchReferences(tx, {
    images: [ImageId, input.KernelId, input.RamdiskId].filter(id => id !== undefined),
    instanceType: InstanceType,
    keyName: input.KeyName,
    securityGroups,
    profile: input.IamInstanceProfile,
  })
  if (tx.launchConfigurations.get(name)) alreadyExists()
  tx.launchConfigurations.put({
    ...madeBy(tx),
    name,
    id: freshUuid(tx),
    imageId: canonicalImageId(ImageId),
    instanceType: InstanceType,
    securityGroups,
    mappings: (input.BlockDeviceMappings ?? []).map(deviceOf),
    monitoring: input.InstanceMonitoring?.Enabled ?? true,
    ...defined({
      kernelId: imageId(input.KernelId),
      ramdiskId: imageId(input.RamdiskId),
      keyName: input.KeyName,
      userData: input.UserData,
      spotPrice: input.SpotPrice,
      instanceProfile: input.IamInstanceProfile,
      ebsOptimized: input.EbsOptimized,
      publicAddress: input.AssociatePublicIpAddress,
      tenancy: input.PlacementTenancy,
    }),
    createdAt: tx.now,
  })
  return {}
}

/** One that is not there is no error; one that a group uses stays. */
export const deleteLaunchConfiguration: Operation<LaunchConfigurationNameType, object> = (tx, input) => {
  checkFields([['LaunchConfigurationName', input.LaunchConfigurationName, rules.nameOrArn]])
  const configuration = configurationNamed(tx, input.LaunchConfigurationName)
  if (!configuration || !mayConfiguration(tx)(configuration)) return {}
  const { account, name } = configuration
  const groups = tx.scalingGroups.in(account).list()
  if (groups.some(group => group.launchConfigurationName === name)) inUse()
  tx.launchConfigurations.in(account).delete(name)
  return {}
}

export const describeLaunchConfigurations: Operation<
  LaunchConfigurationNamesType,
  LaunchConfigurationsType
> = (tx, input) => {
  const names = input.LaunchConfigurationNames ?? []
  checkFields(fieldsOf('LaunchConfigurationNames', names, rules.nameOrArn))
  const seen = listed(tx, names, tx.launchConfigurations, configurationNamed, mayConfiguration(tx))
  const { items, nextToken } = recordsPage<LaunchConfiguration>(seen, input, placeOf)
  return { LaunchConfigurations: items.map(configurationView), NextToken: nextToken }
}

// ---- permissions -------------------------------------------------------------------------------------------------

/**
 * The new configuration, and the role that its profile gives to instances. Who takes an instance for a model learns what
 * EC2 would tell him of it.
 */
export const toCreateConfiguration = (tx: Tx, input: Request): readonly Demand[] => {
  const { LaunchConfigurationName: name = '', InstanceId } = input
  const model = InstanceId === undefined ? undefined : tx.instances.get(InstanceId.toLowerCase())
  const own = model?.account === tx.caller.account ? model : undefined
  const profile = input.IamInstanceProfile ?? own?.profileArn
  return [
    {
      ...newConfiguration(tx, name, {
        'autoscaling:ImageId': imageId(input.ImageId) ?? own?.imageId,
        'autoscaling:InstanceType': input.InstanceType ?? own?.instanceType,
        'autoscaling:SpotPrice': input.SpotPrice,
      }),
      // It may come with a group.
      action: 'autoscaling:CreateLaunchConfiguration',
    },
    ...(InstanceId === undefined
      ? []
      : ['ec2:DescribeInstances', 'ec2:DescribeInstanceAttribute'].map(action => ({
          ...instanceById(tx, InstanceId),
          action,
        }))),
    ...(profile ? roleOf(tx, { IamInstanceProfile: profileReference(profile) }) : []),
  ]
}

export const launchConfigurationOperations: Readonly<Record<string, OperationEntry>> = {
  CreateLaunchConfiguration: operation(CreateLaunchConfiguration$, createLaunchConfiguration, {
    access: toCreateConfiguration,
  }),
  DeleteLaunchConfiguration: operation(DeleteLaunchConfiguration$, deleteLaunchConfiguration, {
    access: 'list',
  }),
  DescribeLaunchConfigurations: operation(DescribeLaunchConfigurations$, describeLaunchConfigurations),
}
