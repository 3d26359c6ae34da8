// SPDX-License-Identifier: BSD-2-Clause
// Instance profiles: through one an instance has a role (engine-iam-elb, part 1 §4).
import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile as InstanceProfileInfo,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { checkEntityName, pathGiven } from './entity-names'
import { markedPage } from './marked-pages'
import { profileRole } from './profile-names'
import { checkQuota } from './quotas'
import { roleArn, roleNamed, roleView } from './roles'
import type { InstanceProfile } from './schema'
import { taggedWith, tagsShown } from './tags'
import { identifier } from './texts'

export const existingProfile = (tx: Tx, name: string | undefined): InstanceProfile =>
  tx.instanceProfiles.get(name ?? '') ?? refuse('NoSuchEntity', `Can not find instance profile ${name ?? ''}`)

interface OfProfile {
  readonly InstanceProfileName?: string | undefined
}

export const onProfile = (tx: Tx, { InstanceProfileName: name = '' }: OfProfile): Demand[] => {
  const profile = tx.instanceProfiles.get(name) ?? { account: tx.caller.account, name }
  return [{ resource: arnOf('instance-profile', profile) }]
}

export const onNewProfile = (
  tx: Tx,
  { InstanceProfileName: name = '', Path }: CreateInstanceProfileRequest,
): Demand[] => [
  {
    resource: arnOf('instance-profile', {
      account: tx.caller.account,
      path: pathGiven(Path, 'instance profile'),
      name,
    }),
  },
]

/** Who puts a role into a profile hands it to instances. */
export const onProfileAndRole = (tx: Tx, input: AddRoleToInstanceProfileRequest): Demand[] => [
  ...onProfile(tx, input),
  { action: 'iam:PassRole', resource: roleArn(tx, input.RoleName ?? '') },
]

export const createInstanceProfile: Operation<CreateInstanceProfileRequest, CreateInstanceProfileResponse> = (
  tx,
  input,
) => {
  const name = checkEntityName('instance profile', input.InstanceProfileName, 128)
  const path = pathGiven(input.Path, 'instance profile')
  const tagged = taggedWith(undefined, input.Tags)
  if (tx.instanceProfiles.get(name)) {
    refuse('EntityAlreadyExists', `Instance profile ${name} already exists.`)
  }
  const count = tx.instanceProfiles.list().length
  checkQuota(tx, 'instanceprofilenumber', count, 'Instance profile quota exceeded')
  const profile = tx.instanceProfiles.put({
    account: tx.caller.account,
    name,
    path,
    id: identifier(tx, 'AIP'),
    createdAt: tx.now,
    ...tagged,
  })
  return { InstanceProfile: { ...profileView(tx, profile), ...tagsShown(profile) } }
}

export const getInstanceProfile: Operation<GetInstanceProfileRequest, GetInstanceProfileResponse> = (
  tx,
  { InstanceProfileName },
) => {
  const profile = existingProfile(tx, InstanceProfileName)
  return { InstanceProfile: { ...profileView(tx, profile), ...tagsShown(profile) } }
}

export const listInstanceProfiles: Operation<ListInstanceProfilesRequest, ListInstanceProfilesResponse> = (
  tx,
  input,
) => {
  const profiles = tx.instanceProfiles
    .list()
    .filter(profile => profile.path.startsWith(input.PathPrefix || '/'))
    .filter(profile => tx.permits({ resource: arnOf('instance-profile', profile) }))
  const { items, ...rest } = markedPage(profiles, input, ({ name }) => name)
  return { InstanceProfiles: items.map(profile => profileView(tx, profile)), ...rest }
}

export const listInstanceProfilesForRole: Operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
> = (tx, input) => {
  const role = roleNamed(tx, input.RoleName)
  const profiles = tx.instanceProfiles.list().filter(profile => profile.role === role.name)
  const { items, ...rest } = markedPage(profiles, input, ({ name }) => name)
  return { InstanceProfiles: items.map(profile => profileView(tx, profile)), ...rest }
}

export const addRoleToInstanceProfile: Operation<AddRoleToInstanceProfileRequest, object> = (tx, input) => {
  const profile = existingProfile(tx, input.InstanceProfileName)
  const role = roleNamed(tx, input.RoleName)
  if (profile.role === role.name) {
    refuse('EntityAlreadyExists', `Role ${role.name} is already in the instance profile ${profile.name}`)
  }
  // A profile has one role: another takes its place.
  tx.instanceProfiles.put({ ...profile, role: role.name })
  return {}
}

export const removeRoleFromInstanceProfile: Operation<RemoveRoleFromInstanceProfileRequest, object> = (
  tx,
  input,
) => {
  const { role: _, ...profile } = existingProfile(tx, input.InstanceProfileName)
  // Any role that exists will do: what the profile has is taken out of it.
  roleNamed(tx, input.RoleName)
  tx.instanceProfiles.put(profile)
  return {}
}

export const deleteInstanceProfile: Operation<DeleteInstanceProfileRequest, object> = (tx, input) => {
  const profile = existingProfile(tx, input.InstanceProfileName)
  if (profile.role !== undefined) {
    refuse('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.')
  }
  tx.instanceProfiles.delete(profile.name)
  return {}
}

export const profileView = (tx: Tx, profile: InstanceProfile): InstanceProfileInfo => {
  const role = profileRole(tx, profile)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: arnOf('instance-profile', profile),
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [roleView(tx, role)] : [],
  }
}
