// SPDX-License-Identifier: BSD-2-Clause
// From the options of euca-import-instance to what it asks of the instance.
import type { ImportInstanceLaunchSpecification } from '@aws-sdk/client-ec2'
import type { ImportInstanceInput } from '../../clients'
import type { Context } from '../context'

export interface ImportLaunchArgs {
  readonly instanceType: string
  readonly architecture: string
  readonly group: string | undefined
  readonly availabilityZone: string | undefined
  readonly userData: string | undefined
  readonly userDataFile: string | undefined
  readonly subnet: string | undefined
  readonly privateIpAddress: string | undefined
  readonly monitor: boolean
  readonly instanceInitiatedShutdownBehavior: 'stop' | 'terminate' | undefined
  readonly key: string | undefined
}

/** The launch specification; reads the user data's file. */
export const importLaunch = async (
  args: ImportLaunchArgs,
  context: Context,
): Promise<ImportInstanceInput['LaunchSpecification']> => {
  const file =
    args.userDataFile === undefined ? undefined : await context.read(args.userDataFile, { stdin: true })
  return {
    // Architectures and types of other clouds are not in the SDK's lists.
    InstanceType: args.instanceType as ImportInstanceLaunchSpecification['InstanceType'],
    Architecture: args.architecture as ImportInstanceLaunchSpecification['Architecture'],
    ...(args.group !== undefined && { GroupNames: [args.group] }),
    Placement: { AvailabilityZone: args.availabilityZone },
    ...(args.userData !== undefined && { UserData: { Data: Buffer.from(args.userData).toString('base64') } }),
    ...(file && { UserDataText: file.toString('base64') }),
    SubnetId: args.subnet,
    PrivateIpAddress: args.privateIpAddress,
    // Sent in any case, as the original does.
    MonitoringSetting: { Enabled: args.monitor },
    InstanceInitiatedShutdownBehavior: args.instanceInitiatedShutdownBehavior,
    ...(args.key !== undefined && { KeyName: args.key }),
  }
}
