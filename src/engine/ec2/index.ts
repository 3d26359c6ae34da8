// SPDX-License-Identifier: BSD-2-Clause
// The compute service.
//
// Missing
// - Spot and reserved instances; placement groups and dedicated hosts.
// - Of imports: partitions without a disk around them, with kernel and ramdisk (formats PARTITION, KERNEL, RAMDISK).
// - The requests of imaging workers: the worker is a job of this process.
// - Of VPCs: IPv6, prefixes of addresses, endpoints, flow logs, transit gateways; the tunnels of VPN connections.
//
// Different on purpose
// - Images follow Eucalyptus 3.4 where later releases have no image cache: the manifest's signature is checked when the
//   image is decrypted, and a bundle replaced after its registration keeps serving its old disk until it is flushed.
//   The account in the manifest must be the caller's, as in 4.x.
// - Failures that Eucalyptus leaves without a code have the one that AWS documents, with Eucalyptus' text.
// - ResetImageAttribute and ModifyImageAttribute refuse what Eucalyptus answers with `return=false`.
// - Instances are bundled while they run, of whatever platform, and the objects of a bundle appear together at its end.
// - A failed volume or snapshot is `error`, and a deleted volume is listed for a minute, not once.
// - Volumes have the types of AWS, and can be modified; snapshots can be copied. Only the API has these, no tool.
// - Terminated instances do not hold on to their image: its record can go while they are still listed.
// - StartInstances of an instance-store instance is refused like StopInstances, not ignored.
// - An instance that fails to start after it was stopped is stopped again and keeps its volumes.
// - A root at /dev/sda is found by the name /dev/sda1 too, when an instance is run.
// - An instance's InstanceInitiatedShutdownBehavior is honoured.
// - Nodes always report: no instance ends because it was not heard of. Eucalyptus' pauses before it acts are not kept.
// - DescribeInstanceAttribute refuses unknown attributes as such.
// - The snapshots of an image that CreateImage or CopyImage could not make go with it.
// - Policies are asked about each thing, as AWS has it, before it is looked whether there is one (access/). Types of instances,
//   zones and addresses are asked about as well, as Eucalyptus has it.
import {
  AssociateIamInstanceProfile$,
  CancelBundleTask$,
  CancelConversionTask$,
  ConfirmProductInstance$,
  CopyImage$,
  CreateImage$,
  DeregisterImage$,
  DescribeBundleTasks$,
  DescribeConversionTasks$,
  DescribeIamInstanceProfileAssociations$,
  DescribeImageAttribute$,
  DescribeImages$,
  DescribeInstanceAttribute$,
  DescribeInstanceStatus$,
  DescribeInstances$,
  DisassociateIamInstanceProfile$,
  GetConsoleOutput$,
  GetPasswordData$,
  ModifyImageAttribute$,
  ModifyInstanceAttribute$,
  ModifyInstanceMetadataOptions$,
  MonitorInstances$,
  RebootInstances$,
  ReplaceIamInstanceProfileAssociation$,
  ResetImageAttribute$,
  ResetInstanceAttribute$,
  StartInstances$,
  StopInstances$,
  TerminateInstances$,
  UnmonitorInstances$,
} from '@aws-sdk/client-ec2'
import {
  BundleInstanceAsTyped$,
  ImportInstanceWithKey$,
  ImportVolumeLoose$,
  RegisterImageWithPlatform$,
  RunInstancesWithAddressing$,
} from '../../schemas/extended-operations'
import { enablingRetried, workersChanged } from '../imaging/workers'
import { operation, type Service, type Tx } from '../operation'
import { toCopyImage, toCreateImage, toRegisterImage } from './access/creating'
import { deniedByEc2 } from './access/denied'
import { toImportInstance, toImportVolume, toRunInstances } from './access/launching'
import { on, onChangedInstance, onEverything } from './access/on'
import { onProfileAssociation, toAssociateProfile, toReplaceProfile } from './access/profiles'
import { bundleInstance, cancelBundleTask, describeBundleTasks } from './bundle-tasks'
import { bundleTaskForgotten } from './bundle-tasks-life'
import {
  conversionCancelled,
  conversionExpired,
  conversionOverdue,
  conversionPurged,
  conversionSilent,
} from './conversion-life'
import { cancelConversionTask, describeConversionTasks, importInstance, importVolume } from './conversions'
import { copyImage } from './copy-image'
import { createImage } from './create-image'
import { describeImageAttribute, modifyImageAttribute, resetImageAttribute } from './image-attributes'
import { registerImage } from './image-registration'
import { deregisterImage, describeImages, sweepImage } from './images'
import {
  describeInstanceAttribute,
  modifyInstanceAttribute,
  resetInstanceAttribute,
} from './instance-attributes'
import { getConsoleOutput, getPasswordData } from './instance-console'
import {
  instanceBooted,
  instanceExpired,
  instanceForgotten,
  instanceOverdue,
  instanceTerminated,
  stopOverdue,
  volumesOverdue,
} from './instance-life'
import { confirmProductInstance } from './instance-products'
import {
  monitorInstances,
  rebootInstances,
  startInstances,
  stopInstances,
  terminateInstances,
  unmonitorInstances,
} from './instance-states'
import { describeInstanceStatus, describeInstances } from './instances'
import { jobs } from './jobs'
import { modifyInstanceMetadataOptions } from './metadata-options'
import { networkOperations } from './network-operations'
import {
  associateIamInstanceProfile,
  describeIamInstanceProfileAssociations,
  disassociateIamInstanceProfile,
  replaceIamInstanceProfileAssociation,
} from './profile-associations'
import { runInstances } from './run-instances'
import { volumeForgotten } from './volume-life'
import { volumeOperations } from './volume-operations'
import { vpcOperations, vpcTasks } from './vpc'

export const ec2: Service = {
  name: 'ec2',
  denied: deniedByEc2,
  operations: {
    // A missing name is as malformed as an empty one (engine-images §3).
    RegisterImage: operation(RegisterImageWithPlatform$, registerImage, {
      optional: ['Name'],
      access: toRegisterImage,
    }),
    DescribeImages: operation(DescribeImages$, describeImages),
    DeregisterImage: operation(DeregisterImage$, deregisterImage, { access: on.images('ImageId') }),
    DescribeImageAttribute: operation(DescribeImageAttribute$, describeImageAttribute, {
      access: on.images('ImageId'),
    }),
    ModifyImageAttribute: operation(ModifyImageAttribute$, modifyImageAttribute, {
      access: on.images('ImageId'),
    }),
    ResetImageAttribute: operation(ResetImageAttribute$, resetImageAttribute, {
      access: on.images('ImageId'),
    }),

    RunInstances: operation(RunInstancesWithAddressing$, runInstances, { access: toRunInstances }),
    DescribeInstances: operation(DescribeInstances$, describeInstances),
    DescribeInstanceStatus: operation(DescribeInstanceStatus$, describeInstanceStatus),
    TerminateInstances: operation(TerminateInstances$, terminateInstances, {
      access: on.instances('InstanceIds'),
    }),
    RebootInstances: operation(RebootInstances$, rebootInstances, { access: on.instances('InstanceIds') }),
    StopInstances: operation(StopInstances$, stopInstances, { access: on.instances('InstanceIds') }),
    StartInstances: operation(StartInstances$, startInstances, { access: on.instances('InstanceIds') }),
    MonitorInstances: operation(MonitorInstances$, monitorInstances, { access: on.instances('InstanceIds') }),
    UnmonitorInstances: operation(UnmonitorInstances$, unmonitorInstances, {
      access: on.instances('InstanceIds'),
    }),
    ConfirmProductInstance: operation(ConfirmProductInstance$, confirmProductInstance, {
      access: on.instances('InstanceId'),
    }),
    GetConsoleOutput: operation(GetConsoleOutput$, getConsoleOutput, { access: on.instances('InstanceId') }),
    GetPasswordData: operation(GetPasswordData$, getPasswordData, { access: on.instances('InstanceId') }),
    DescribeInstanceAttribute: operation(DescribeInstanceAttribute$, describeInstanceAttribute, {
      access: on.instances('InstanceId'),
    }),
    ModifyInstanceAttribute: operation(ModifyInstanceAttribute$, modifyInstanceAttribute, {
      access: onChangedInstance,
    }),
    ResetInstanceAttribute: operation(ResetInstanceAttribute$, resetInstanceAttribute, {
      access: on.instances('InstanceId'),
    }),

    ModifyInstanceMetadataOptions: operation(ModifyInstanceMetadataOptions$, modifyInstanceMetadataOptions, {
      access: on.instances('InstanceId'),
    }),

    AssociateIamInstanceProfile: operation(AssociateIamInstanceProfile$, associateIamInstanceProfile, {
      access: toAssociateProfile,
    }),
    ReplaceIamInstanceProfileAssociation: operation(
      ReplaceIamInstanceProfileAssociation$,
      replaceIamInstanceProfileAssociation,
      { access: toReplaceProfile },
    ),
    DisassociateIamInstanceProfile: operation(
      DisassociateIamInstanceProfile$,
      disassociateIamInstanceProfile,
      {
        access: onProfileAssociation,
      },
    ),
    DescribeIamInstanceProfileAssociations: operation(
      DescribeIamInstanceProfileAssociations$,
      describeIamInstanceProfileAssociations,
    ),

    BundleInstance: operation(BundleInstanceAsTyped$, bundleInstance, { access: on.instances('InstanceId') }),
    CancelBundleTask: operation(CancelBundleTask$, cancelBundleTask, {
      access: on.bundledInstances('BundleId'),
    }),
    DescribeBundleTasks: operation(DescribeBundleTasks$, describeBundleTasks),

    CreateImage: operation(CreateImage$, createImage, { access: toCreateImage }),
    // Without a name a copy has its source's.
    CopyImage: operation(CopyImage$, copyImage, { optional: ['Name'], access: toCopyImage }),

    ...volumeOperations,

    // What is missing from them has Eucalyptus' own words.
    ImportVolume: operation(ImportVolumeLoose$, importVolume, {
      optional: ['Image', 'Volume'],
      access: toImportVolume,
    }),
    ImportInstance: operation(ImportInstanceWithKey$, importInstance, {
      optional: ['Platform'],
      access: toImportInstance,
    }),
    DescribeConversionTasks: operation(DescribeConversionTasks$, describeConversionTasks, {
      access: onEverything,
    }),
    CancelConversionTask: operation(CancelConversionTask$, cancelConversionTask, { access: onEverything }),

    ...networkOperations,
    ...vpcOperations,
  },
  tasks: {
    'image.deregistered': sweepImage,
    'instance.booted': instanceBooted,
    'instance.expired': instanceExpired,
    'instance.overdue': instanceOverdue,
    'instance.stop-overdue': stopOverdue,
    'instance.terminated': instanceTerminated,
    'instance.volumes-overdue': volumesOverdue,
    'instance.forgotten': instanceForgotten,
    'volume.forgotten': volumeForgotten,
    'bundle-task.forgotten': bundleTaskForgotten,
    'conversion.cancelled': conversionCancelled,
    'conversion.expired': conversionExpired,
    'conversion.overdue': conversionOverdue,
    'conversion.purged': conversionPurged,
    'conversion.silent': conversionSilent,
    'imaging.enabling-retried': enablingRetried,
    'imaging.workers-changed': workersChanged,
    ...vpcTasks,
    'node.pass-due': (tx: Tx, node: string) => tx.start('node.pass', node),
  },
  jobs,
}
