// SPDX-License-Identifier: BSD-2-Clause
// Permissions boundaries: a managed policy that all else a user or role has must be within.
import type {
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { changeHeld } from './held-policies'
import { refuseAdministrator, userNamed } from './identity-demands'
import { managedDocument } from './managed-documents'
import { roleNamed } from './roles'

/** The ARN of a managed policy that a request gives as a boundary; undefined when it gives none. */
export const boundaryGiven = (tx: Tx, arn: string | undefined): string | undefined => {
  if (!arn) return undefined
  const isOurs = ['aws', tx.caller.account].includes(arn.split(':')[4] ?? '')
  if (!isOurs || managedDocument(tx, arn) === undefined) {
    refuse('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`)
  }
  return arn
}

const put = (tx: Tx, holder: string, arn: string | undefined): object => {
  const boundary = boundaryGiven(tx, arn) ?? refuse('ValidationError', 'Invalid permissions boundary.')
  changeHeld(tx, holder, held => ({ ...held, boundary }))
  return {}
}

const removed = (tx: Tx, holder: string): object => {
  if (tx.heldPolicies.get(holder)?.boundary === undefined) {
    refuse('NoSuchEntity', `Can not find permissions boundary of ${holder.slice(holder.indexOf('/') + 1)}`)
  }
  changeHeld(tx, holder, ({ boundary: _, ...held }) => held)
  return {}
}

export const putUserPermissionsBoundary: Operation<PutUserPermissionsBoundaryRequest, object> = (
  tx,
  input,
) => {
  const user = refuseAdministrator(tx, userNamed(tx, input.UserName), 'PutUserPermissionsBoundary')
  return put(tx, `user/${user.name}`, input.PermissionsBoundary)
}

export const putRolePermissionsBoundary: Operation<PutRolePermissionsBoundaryRequest, object> = (tx, input) =>
  put(tx, `role/${roleNamed(tx, input.RoleName).name}`, input.PermissionsBoundary)

export const deleteUserPermissionsBoundary: Operation<DeleteUserPermissionsBoundaryRequest, object> = (
  tx,
  input,
) => removed(tx, `user/${userNamed(tx, input.UserName).name}`)

export const deleteRolePermissionsBoundary: Operation<DeleteRolePermissionsBoundaryRequest, object> = (
  tx,
  input,
) => removed(tx, `role/${roleNamed(tx, input.RoleName).name}`)
