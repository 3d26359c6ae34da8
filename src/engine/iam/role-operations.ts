// SPDX-License-Identifier: BSD-2-Clause
// Roles and instance profiles: a part of the table of contents in index.ts.
import {
  AddRoleToInstanceProfile$,
  CreateInstanceProfile$,
  CreateRole$,
  DeleteInstanceProfile$,
  DeleteRole$,
  DeleteRolePermissionsBoundary$,
  DeleteUserPermissionsBoundary$,
  GetInstanceProfile$,
  GetRole$,
  ListInstanceProfiles$,
  ListInstanceProfilesForRole$,
  ListRoles$,
  PutRolePermissionsBoundary$,
  PutUserPermissionsBoundary$,
  RemoveRoleFromInstanceProfile$,
  UpdateAssumeRolePolicy$,
  UpdateRole$,
  UpdateRoleDescription$,
} from '@aws-sdk/client-iam'
import { type OperationEntry, operation } from '../operation'
import { onUser } from './identity-demands'
import {
  addRoleToInstanceProfile,
  createInstanceProfile,
  deleteInstanceProfile,
  getInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  onNewProfile,
  onProfile,
  onProfileAndRole,
  removeRoleFromInstanceProfile,
} from './instance-profiles'
import {
  deleteRolePermissionsBoundary,
  deleteUserPermissionsBoundary,
  putRolePermissionsBoundary,
  putUserPermissionsBoundary,
} from './permissions-boundaries'
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  onNewRole,
  onRole,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './roles'
import { taggingNew } from './tags'

export const roleOperations: Readonly<Record<string, OperationEntry>> = {
  CreateRole: operation(CreateRole$, createRole, { access: taggingNew('iam:TagRole', onNewRole) }),
  GetRole: operation(GetRole$, getRole, { access: onRole }),
  ListRoles: operation(ListRoles$, listRoles),
  DeleteRole: operation(DeleteRole$, deleteRole, { access: onRole }),
  UpdateAssumeRolePolicy: operation(UpdateAssumeRolePolicy$, updateAssumeRolePolicy, { access: onRole }),
  UpdateRole: operation(UpdateRole$, updateRole, { access: onRole }),
  UpdateRoleDescription: operation(UpdateRoleDescription$, updateRoleDescription, { access: onRole }),
  CreateInstanceProfile: operation(CreateInstanceProfile$, createInstanceProfile, {
    access: taggingNew('iam:TagInstanceProfile', onNewProfile),
  }),
  GetInstanceProfile: operation(GetInstanceProfile$, getInstanceProfile, { access: onProfile }),
  ListInstanceProfiles: operation(ListInstanceProfiles$, listInstanceProfiles),
  ListInstanceProfilesForRole: operation(ListInstanceProfilesForRole$, listInstanceProfilesForRole, {
    access: onRole,
  }),
  AddRoleToInstanceProfile: operation(AddRoleToInstanceProfile$, addRoleToInstanceProfile, {
    access: onProfileAndRole,
  }),
  RemoveRoleFromInstanceProfile: operation(RemoveRoleFromInstanceProfile$, removeRoleFromInstanceProfile, {
    access: onProfile,
  }),
  DeleteInstanceProfile: operation(DeleteInstanceProfile$, deleteInstanceProfile, { access: onProfile }),
  PutUserPermissionsBoundary: operation(PutUserPermissionsBoundary$, putUserPermissionsBoundary, {
    access: onUser,
  }),
  PutRolePermissionsBoundary: operation(PutRolePermissionsBoundary$, putRolePermissionsBoundary, {
    access: onRole,
  }),
  DeleteUserPermissionsBoundary: operation(DeleteUserPermissionsBoundary$, deleteUserPermissionsBoundary, {
    access: onUser,
  }),
  DeleteRolePermissionsBoundary: operation(DeleteRolePermissionsBoundary$, deleteRolePermissionsBoundary, {
    access: onRole,
  }),
}
