// SPDX-License-Identifier: BSD-2-Clause
// The compute service.
//
// Missing
// - Spot and reserved instances.
// - Of imports: partitions without a disk around them, with kernel and ramdisk (formats PARTITION, KERNEL, RAMDISK).
// - The requests of imaging workers: the worker is a job of this process.
// - Quotas of accounts.
// - VPCs: networks, interfaces, instance profiles with them.
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
import {
  CancelBundleTask$,
  CancelConversionTask$,
  CopyImage$,
  CreateImage$,
  DeregisterImage$,
  DescribeBundleTasks$,
  DescribeConversionTasks$,
  DescribeImageAttribute$,
  DescribeImages$,
  DescribeInstanceAttribute$,
  DescribeInstanceStatus$,
  DescribeInstances$,
  GetConsoleOutput$,
  GetPasswordData$,
  ModifyImageAttribute$,
  ModifyInstanceAttribute$,
  MonitorInstances$,
  RebootInstances$,
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
import { workOnBundleTask } from '../node/bundling'
import { passOverCache } from '../node/cache-files'
import { workOnImports } from '../node/imaging'
import { tearDownInstance } from '../node/instance-disks'
import { copySnapshotBlocks } from '../node/snapshot-copying'
import { captureSnapshot, discardSnapshot, takeSnapshot } from '../node/snapshot-taking'
import { stageInstance } from '../node/staging'
import { fillVolume, growVolume, hideVolume, removeVolume, showVolume } from '../node/volume-disks'
import { operation, type Service, type Tx } from '../operation'
import { absentResources } from './absent-resources'
import { bundleInstance, cancelBundleTask, describeBundleTasks } from './bundle-tasks'
import { bundleTaskForgotten } from './bundle-tasks-life'
import {
  conversionCancelled,
  conversionExpired,
  conversionOverdue,
  conversionPurged,
} from './conversion-life'
import { advanceConversion } from './conversion-steps'
import { cancelConversionTask, describeConversionTasks, importInstance, importVolume } from './conversions'
import { copyImage } from './copy-image'
import { createImage } from './create-image'
import { describeImageAttribute, modifyImageAttribute, resetImageAttribute } from './image-attributes'
import { imageCacheJob } from './image-cache'
import { cacheImage } from './image-caching'
import { stepImage } from './image-creation'
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
  instanceForgotten,
  instanceOverdue,
  instanceTerminated,
  stopOverdue,
  volumesOverdue,
} from './instance-life'
import {
  monitorInstances,
  rebootInstances,
  startInstances,
  stopInstances,
  terminateInstances,
  unmonitorInstances,
} from './instance-states'
import { describeInstanceStatus, describeInstances } from './instances'
import { networkOperations } from './network-operations'
import { runInstances } from './run-instances'
import { volumeForgotten } from './volume-life'
import { volumeOperations } from './volume-operations'

export const ec2: Service = {
  name: 'ec2',
  operations: {
    // A missing name is as malformed as an empty one (engine-images §3).
    RegisterImage: operation(RegisterImageWithPlatform$, registerImage, { optional: ['Name'] }),
    DescribeImages: operation(DescribeImages$, describeImages),
    DeregisterImage: operation(DeregisterImage$, deregisterImage),
    DescribeImageAttribute: operation(DescribeImageAttribute$, describeImageAttribute),
    ModifyImageAttribute: operation(ModifyImageAttribute$, modifyImageAttribute),
    ResetImageAttribute: operation(ResetImageAttribute$, resetImageAttribute),

    RunInstances: operation(RunInstancesWithAddressing$, runInstances),
    DescribeInstances: operation(DescribeInstances$, describeInstances),
    DescribeInstanceStatus: operation(DescribeInstanceStatus$, describeInstanceStatus),
    TerminateInstances: operation(TerminateInstances$, terminateInstances),
    RebootInstances: operation(RebootInstances$, rebootInstances),
    StopInstances: operation(StopInstances$, stopInstances),
    StartInstances: operation(StartInstances$, startInstances),
    MonitorInstances: operation(MonitorInstances$, monitorInstances),
    UnmonitorInstances: operation(UnmonitorInstances$, unmonitorInstances),
    GetConsoleOutput: operation(GetConsoleOutput$, getConsoleOutput),
    GetPasswordData: operation(GetPasswordData$, getPasswordData),
    DescribeInstanceAttribute: operation(DescribeInstanceAttribute$, describeInstanceAttribute),
    ModifyInstanceAttribute: operation(ModifyInstanceAttribute$, modifyInstanceAttribute),
    ResetInstanceAttribute: operation(ResetInstanceAttribute$, resetInstanceAttribute),

    BundleInstance: operation(BundleInstanceAsTyped$, bundleInstance),
    CancelBundleTask: operation(CancelBundleTask$, cancelBundleTask),
    DescribeBundleTasks: operation(DescribeBundleTasks$, describeBundleTasks),

    CreateImage: operation(CreateImage$, createImage),
    // Without a name a copy has its source's.
    CopyImage: operation(CopyImage$, copyImage, { optional: ['Name'] }),

    ...volumeOperations,

    // What is missing from them has Eucalyptus' own words.
    ImportVolume: operation(ImportVolumeLoose$, importVolume, { optional: ['Image', 'Volume'] }),
    ImportInstance: operation(ImportInstanceWithKey$, importInstance, { optional: ['Platform'] }),
    DescribeConversionTasks: operation(DescribeConversionTasks$, describeConversionTasks),
    CancelConversionTask: operation(CancelConversionTask$, cancelConversionTask),

    ...networkOperations,
    ...absentResources,
  },
  tasks: {
    'image.deregistered': sweepImage,
    'instance.booted': instanceBooted,
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
    'node.pass-due': (tx: Tx, node: string) => tx.start('node.pass', node),
  },
  jobs: {
    [imageCacheJob]: cacheImage,
    'instance.stage': stageInstance,
    'instance.teardown': tearDownInstance,
    'image.create': stepImage,
    'bundle-task.work': workOnBundleTask,
    'conversion.advance': advanceConversion,
    'imaging.work': workOnImports,
    'node.pass': passOverCache,
    'volume.fill': fillVolume,
    'volume.remove': removeVolume,
    'volume.show': showVolume,
    'volume.hide': hideVolume,
    'volume.grow': growVolume,
    'snapshot.capture': captureSnapshot,
    'snapshot.take': takeSnapshot,
    'snapshot.discard': discardSnapshot,
    'snapshot.copy': copySnapshotBlocks,
  },
}
