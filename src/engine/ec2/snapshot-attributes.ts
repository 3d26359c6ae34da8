// SPDX-License-Identifier: BSD-2-Clause
// DescribeSnapshotAttribute, ModifySnapshotAttribute and ResetSnapshotAttribute (engine-ebs §7).
import type {
  CreateVolumePermission,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest,
} from '@aws-sdk/client-ec2'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import type { Snapshot } from './schema/volumes'
import { mayManageSnapshot, snapshotNamed } from './snapshot-access'

const managedSnapshot = (tx: Tx, text: string | undefined, doing: string): Snapshot => {
  const snapshot = snapshotNamed(tx, text)
  return mayManageSnapshot(tx.caller, snapshot)
    ? snapshot
    : refuse('AuthFailure', `Not authorized to ${doing} attribute for snapshot ${snapshot.id}`)
}

const unknownAttribute = (attribute: string | undefined): never =>
  refuse('InvalidParameterValue', `Value (${attribute}) for parameter attribute is invalid.`)

const attributes: Readonly<
  Record<string, (snapshot: Snapshot) => Omit<DescribeSnapshotAttributeResult, 'SnapshotId'>>
> = {
  createVolumePermission: snapshot => ({
    CreateVolumePermissions: [
      ...(snapshot.isPublic ? [{ Group: 'all' as const }] : []),
      ...snapshot.volumeAccounts.map(UserId => ({ UserId })),
    ],
  }),
  productCodes: snapshot => ({
    ProductCodes: snapshot.productCodes.map(code => ({
      ProductCodeId: code,
      ProductCodeType: 'marketplace',
    })),
  }),
}

export const describeSnapshotAttribute: Operation<
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult
> = (tx, input) => {
  const snapshot = managedSnapshot(tx, input.SnapshotId, 'describe')
  const { Attribute = '' } = input
  const read = Object.hasOwn(attributes, Attribute) ? attributes[Attribute] : undefined
  return read ? { SnapshotId: snapshot.id, ...read(snapshot) } : unknownAttribute(Attribute)
}

// ---- ModifySnapshotAttribute -------------------------------------------------------------------------------------

/** With what `ModifySnapshotAttributeWithProductCodes$` adds. */
type ModifyInput = ModifySnapshotAttributeRequest & { readonly ProductCodes?: readonly string[] }

interface PermissionChange {
  readonly add: readonly CreateVolumePermission[]
  readonly remove: readonly CreateVolumePermission[]
}

/** Permissions come as lists to add and remove, or in EC2's first form as an operation, users and groups. */
const permissionChange = (input: ModifyInput): PermissionChange | undefined => {
  const { CreateVolumePermission: change, OperationType, UserIds = [], GroupNames = [] } = input
  if (change?.Add?.length || change?.Remove?.length) {
    return { add: change.Add ?? [], remove: change.Remove ?? [] }
  }
  if (UserIds.length === 0 && GroupNames.length === 0) return undefined
  const listed: CreateVolumePermission[] = [
    ...UserIds.map(UserId => ({ UserId })),
    // Groups are texts on the wire; only `all` passes the check below.
    ...GroupNames.map(Group => ({ Group: Group as 'all' })),
  ]
  if (OperationType === 'add') return { add: listed, remove: [] }
  if (OperationType === 'remove') return { add: [], remove: listed }
  return refuse('InvalidParameterValue', `Value (${OperationType}) for parameter operationType is invalid.`)
}

const checkAdded = ({ Group, UserId }: CreateVolumePermission): void => {
  if (Group === undefined && !/^\d{12}$/.test(UserId ?? '')) {
    refuse('InvalidUserID.Malformed', `Not a valid userId : ${UserId}`)
  }
}

const checkGroup = ({ Group }: CreateVolumePermission): void => {
  if (Group !== undefined && Group !== 'all') {
    refuse('InvalidParameterValue', `Not a valid group : ${Group}`)
  }
}

// Lists that others may be added to for ever, as with images.
const maximumAccounts = 1000
const maximumProductCodes = 50

const checkLimit = (list: readonly string[], maximum: number, what: string): readonly string[] =>
  list.length <= maximum
    ? list
    : refuse('ResourceLimitExceeded', `A snapshot may have no more than ${maximum} ${what}`)

const withPermissions = (snapshot: Snapshot, { add, remove }: PermissionChange): Snapshot => {
  for (const permission of [...add, ...remove]) checkGroup(permission)
  for (const permission of add) checkAdded(permission)
  const accountsOf = (list: readonly CreateVolumePermission[]) =>
    list.map(permission => permission.UserId).filter(id => id !== undefined)
  const namesAll = (list: readonly CreateVolumePermission[]) => list.some(({ Group }) => Group === 'all')
  const removed = accountsOf(remove)
  const volumeAccounts = [...new Set([...snapshot.volumeAccounts, ...accountsOf(add)])]
  return {
    ...snapshot,
    volumeAccounts: checkLimit(
      volumeAccounts.filter(id => !removed.includes(id)),
      maximumAccounts,
      'create-volume permissions',
    ),
    isPublic: (snapshot.isPublic || namesAll(add)) && !namesAll(remove),
  }
}

const modified = (snapshot: Snapshot, input: ModifyInput): Snapshot => {
  const { Attribute, ProductCodes = [] } = input
  if (Attribute !== undefined && !Object.hasOwn(attributes, Attribute)) return unknownAttribute(Attribute)
  const permissions = permissionChange(input)
  if (permissions) return withPermissions(snapshot, permissions)
  if (ProductCodes.length > 0) {
    const productCodes = [...new Set([...snapshot.productCodes, ...ProductCodes])]
    return { ...snapshot, productCodes: checkLimit(productCodes, maximumProductCodes, 'product codes') }
  }
  return refuse('InvalidParameterCombination', 'No attributes specified.')
}

/** A failed snapshot has nothing that could be shared. Eucalyptus answers with `return` false. */
const mustBeWhole = ({ id, state }: Snapshot): void => {
  if (state === 'error') refuse('IncorrectState', `Snapshot ${id} is in invalid state - ${state}`)
}

export const modifySnapshotAttribute: Operation<ModifyInput, void> = (tx, input) => {
  const snapshot = managedSnapshot(tx, input.SnapshotId, 'modify')
  mustBeWhole(snapshot)
  tx.snapshots.put(modified(snapshot, input))
}

export const resetSnapshotAttribute: Operation<ResetSnapshotAttributeRequest, void> = (tx, input) => {
  const snapshot = managedSnapshot(tx, input.SnapshotId, 'reset')
  if (input.Attribute !== 'createVolumePermission') unknownAttribute(input.Attribute)
  mustBeWhole(snapshot)
  tx.snapshots.put({ ...snapshot, isPublic: false, volumeAccounts: [] })
}
