// SPDX-License-Identifier: BSD-2-Clause
// From the options of euca-modify-instance-attribute to what its request changes.
import type { InstanceBlockDeviceMappingSpecification } from '@aws-sdk/client-ec2'
import type { InstanceChange } from '../../clients'
import type { Context } from '../context'
import { someOf } from './given'

type Truth = 'true' | 'false' | undefined

export interface ChangeArgs {
  readonly blockDeviceMapping: readonly InstanceBlockDeviceMappingSpecification[]
  readonly disableApiTermination: Truth
  readonly ebsOptimized: Truth
  readonly group: readonly string[]
  readonly instanceInitiatedShutdownBehavior: 'stop' | 'terminate' | undefined
  readonly instanceType: string | undefined
  readonly kernel: string | undefined
  readonly ramdisk: string | undefined
  readonly sourceDestCheck: Truth
  readonly sriov: 'simple' | undefined
  readonly userData: string | undefined
  readonly userDataFile: string | undefined
}

const given = <T>(value: T | undefined): { Value: T } | undefined =>
  value === undefined ? undefined : { Value: value }

const truthOf = (word: Truth): { Value: boolean } | undefined =>
  word === undefined ? undefined : { Value: word === 'true' }

/** User data is sent as it was typed, in which it differs from that of a launch; a file's is sent in base64. */
const userDataOf = async (args: ChangeArgs, context: Context): Promise<string | undefined> =>
  args.userDataFile === undefined
    ? args.userData
    : (await context.read(args.userDataFile, { stdin: true })).toString('base64')

/** What the request changes; reads the user data's file. */
export const instanceChange = async (args: ChangeArgs, context: Context): Promise<InstanceChange> => ({
  BlockDeviceMappings: someOf(args.blockDeviceMapping),
  DisableApiTermination: truthOf(args.disableApiTermination),
  EbsOptimized: truthOf(args.ebsOptimized),
  Groups: someOf(args.group),
  InstanceInitiatedShutdownBehavior: given(args.instanceInitiatedShutdownBehavior),
  InstanceType: given(args.instanceType),
  Kernel: given(args.kernel),
  Ramdisk: given(args.ramdisk),
  SourceDestCheck: truthOf(args.sourceDestCheck),
  SriovNetSupport: given(args.sriov),
  UserData: given(await userDataOf(args, context)),
})
