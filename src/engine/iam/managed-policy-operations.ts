// SPDX-License-Identifier: BSD-2-Clause
// Managed policies: a part of the table of contents in index.ts.
import {
  AttachGroupPolicy$,
  AttachRolePolicy$,
  AttachUserPolicy$,
  CreatePolicy$,
  CreatePolicyVersion$,
  DeletePolicy$,
  DeletePolicyVersion$,
  DetachGroupPolicy$,
  DetachRolePolicy$,
  DetachUserPolicy$,
  GetPolicy$,
  GetPolicyVersion$,
  ListAttachedGroupPolicies$,
  ListAttachedRolePolicies$,
  ListAttachedUserPolicies$,
  ListEntitiesForPolicy$,
  ListPolicies$,
  ListPolicyVersions$,
  SetDefaultPolicyVersion$,
} from '@aws-sdk/client-iam'
import { type OperationEntry, operation } from '../operation'
import { onGivenUser, onGroup } from './identity-demands'
import {
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  getPolicy,
  getPolicyVersion,
  listPolicies,
  listPolicyVersions,
  onNewPolicy,
  onPolicy,
  setDefaultPolicyVersion,
} from './managed-policies'
import {
  attachGroupPolicy,
  attachRolePolicy,
  attachUserPolicy,
  detachGroupPolicy,
  detachRolePolicy,
  detachUserPolicy,
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
  listEntitiesForPolicy,
  onGroupWithPolicy,
  onRoleWithPolicy,
  onUserWithPolicy,
} from './policy-attachments'
import { onRole } from './roles'
import { taggingNew } from './tags'

export const managedPolicyOperations: Readonly<Record<string, OperationEntry>> = {
  CreatePolicy: operation(CreatePolicy$, createPolicy, { access: taggingNew('iam:TagPolicy', onNewPolicy) }),
  GetPolicy: operation(GetPolicy$, getPolicy, { access: onPolicy }),
  ListPolicies: operation(ListPolicies$, listPolicies),
  DeletePolicy: operation(DeletePolicy$, deletePolicy, { access: onPolicy }),
  CreatePolicyVersion: operation(CreatePolicyVersion$, createPolicyVersion, { access: onPolicy }),
  GetPolicyVersion: operation(GetPolicyVersion$, getPolicyVersion, { access: onPolicy }),
  ListPolicyVersions: operation(ListPolicyVersions$, listPolicyVersions, { access: onPolicy }),
  SetDefaultPolicyVersion: operation(SetDefaultPolicyVersion$, setDefaultPolicyVersion, { access: onPolicy }),
  DeletePolicyVersion: operation(DeletePolicyVersion$, deletePolicyVersion, { access: onPolicy }),
  AttachUserPolicy: operation(AttachUserPolicy$, attachUserPolicy, { access: onUserWithPolicy }),
  AttachGroupPolicy: operation(AttachGroupPolicy$, attachGroupPolicy, { access: onGroupWithPolicy }),
  AttachRolePolicy: operation(AttachRolePolicy$, attachRolePolicy, { access: onRoleWithPolicy }),
  DetachUserPolicy: operation(DetachUserPolicy$, detachUserPolicy, { access: onUserWithPolicy }),
  DetachGroupPolicy: operation(DetachGroupPolicy$, detachGroupPolicy, { access: onGroupWithPolicy }),
  DetachRolePolicy: operation(DetachRolePolicy$, detachRolePolicy, { access: onRoleWithPolicy }),
  ListAttachedUserPolicies: operation(ListAttachedUserPolicies$, listAttachedUserPolicies, {
    access: onGivenUser,
  }),
  ListAttachedGroupPolicies: operation(ListAttachedGroupPolicies$, listAttachedGroupPolicies, {
    access: onGroup,
  }),
  ListAttachedRolePolicies: operation(ListAttachedRolePolicies$, listAttachedRolePolicies, {
    access: onRole,
  }),
  ListEntitiesForPolicy: operation(ListEntitiesForPolicy$, listEntitiesForPolicy, { access: onPolicy }),
}
