// SPDX-License-Identifier: BSD-2-Clause
// Profiles that instances may have.
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam'
import type { Services } from '../../support/cloud'
import { trusting } from '../sts/people'

export const trustInEc2 = trusting({ Service: 'ec2.amazonaws.com' })

/** The ARN of a new profile with a new role, of its own name unless told another; none for ''. */
export const haveProfile = async (who: Services, name: string, role = name): Promise<string> => {
  const iam = who.iam()
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }))
  if (role !== '') {
    await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: trustInEc2 }))
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: role }))
  }
  return InstanceProfile?.Arn ?? ''
}
