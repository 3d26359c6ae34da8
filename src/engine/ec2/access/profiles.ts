// SPDX-License-Identifier: BSD-2-Clause
// What changing an instance's profile asks: the instance, and that its role may be handed on.
import type {
  AssociateIamInstanceProfileRequest,
  ReplaceIamInstanceProfileAssociationRequest,
} from '@aws-sdk/client-ec2'
import { associatedInstanceId } from '../profile-associations'
import { roleOf } from './launching'
import { asking } from './on'
import { any, instanceById } from './resources'

type Reference = Partial<Pick<ReplaceIamInstanceProfileAssociationRequest, 'AssociationId'>>

export const toAssociateProfile = asking<AssociateIamInstanceProfileRequest>((tx, input) => [
  instanceById(tx, input.InstanceId || any),
  ...roleOf(tx, input),
])

export const onProfileAssociation = asking<Reference>((tx, { AssociationId }) => [
  instanceById(tx, associatedInstanceId(AssociationId) ?? any),
])

export const toReplaceProfile = asking<ReplaceIamInstanceProfileAssociationRequest>((tx, input) => [
  instanceById(tx, associatedInstanceId(input.AssociationId) ?? any),
  ...roleOf(tx, input),
])
