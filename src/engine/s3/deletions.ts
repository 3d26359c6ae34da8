// SPDX-License-Identifier: BSD-2-Clause
// Deleting objects: one, or many by one request. Where versions are kept, what has no version is hidden by a marker, and
// only a version that is named goes for good.
import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  ObjectIdentifier,
} from '@aws-sdk/client-s3'
import type { Demand } from '../access'
import { Refusal, refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { expectedBucket, ownershipOf, refuseAccess } from './access'
import { checkDeleting } from './conditions'
import { demand, keyDemand, permits } from './demands'
import { checkBypass, checkUnlocked } from './locks'
import type { Bucket } from './schema'
import {
  addDeleteMarker,
  checkedKey,
  checkVersionId,
  currentObject,
  newestVersion,
  orderOf,
  removeVersion,
  versionNamed,
} from './versions'

export const deleteObject: Operation<DeleteObjectRequest, DeleteObjectOutput> = (tx, input) => {
  const bucket = expectedBucket(tx, input)
  demand(tx, [deletionDemand(tx, bucket, input.Key ?? '', input.VersionId)])
  const key = checkedKey(input.Key)
  checkBypass(bucket, input.BypassGovernanceRetention)
  const { IfMatch, IfMatchLastModifiedTime, IfMatchSize } = input
  checkDeleting(currentObject(tx, bucket.name, key), key, {
    ETag: IfMatch,
    LastModifiedTime: IfMatchLastModifiedTime,
    Size: IfMatchSize,
  })
  return deleteKey(tx, bucket, key, input)
}

// Permission to write a bucket does not reach its past.
const deletionDemand = (tx: Tx, bucket: Bucket, key: string, versionId: string | undefined): Demand => {
  const isPast = versionId !== undefined && bucket.versioning !== undefined
  const values = () => ({ 's3:versionid': versionId })
  return keyDemand(tx, bucket, key, 'DeleteObject', {
    versionId,
    values,
    ...(isPast ? { isGranted: false } : {}),
  })
}

// Limit of the S3 API.
const deletesAtOnce = 1000

export const deleteObjects: Operation<DeleteObjectsRequest, DeleteObjectsOutput> = (tx, input) => {
  const bucket = expectedBucket(tx, input)
  const asked = input.Delete?.Objects ?? []
  const mayDelete = ({ Key = '', VersionId }: ObjectIdentifier): boolean =>
    permits(tx, deletionDemand(tx, bucket, Key, VersionId))
  if (asked.length === 0 || asked.length > deletesAtOnce) refuseXml()
  // Who may delete none of them is refused as a whole.
  if (!asked.some(mayDelete)) refuseAccess()
  checkBypass(bucket, input.BypassGovernanceRetention)
  const { BypassGovernanceRetention } = input
  const Deleted: NonNullable<DeleteObjectsOutput['Deleted']> = []
  const Errors: NonNullable<DeleteObjectsOutput['Errors']> = []
  for (const one of asked) {
    const { Key = '', VersionId, ...expected } = one
    const named = VersionId === undefined ? { Key } : { Key, VersionId }
    try {
      if (!mayDelete(one)) refuseAccess()
      checkListedVersion(VersionId)
      checkDeleting(currentObject(tx, bucket.name, checkedKey(Key)), Key, expected)
      const { DeleteMarker, VersionId: made } = deleteKey(tx, bucket, Key, {
        VersionId,
        BypassGovernanceRetention,
      })
      if (input.Delete?.Quiet) continue
      Deleted.push({ ...named, ...(DeleteMarker ? { DeleteMarker, DeleteMarkerVersionId: made } : {}) })
    } catch (error) {
      // One key's refusal is part of the answer, and was made before anything was written for that key.
      if (!(error instanceof Refusal)) throw error
      Errors.push({ ...named, Code: error.code, Message: error.message })
    }
  }
  return { Deleted, Errors }
}

// What is no id at all is told by another code here than where one object is deleted.
const checkListedVersion = (versionId: string | undefined): void => {
  if (versionId === undefined || versionId === 'null' || orderOf(versionId) !== undefined) return
  refuse('NoSuchVersion', 'The specified version does not exist.', 404)
}

type Deletion = Pick<DeleteObjectRequest, 'VersionId' | 'BypassGovernanceRetention'>

const deleteKey = (tx: Tx, bucket: Bucket, key: string, asked: Deletion): DeleteObjectOutput => {
  const { VersionId, BypassGovernanceRetention } = asked
  if (VersionId !== undefined) return deleteVersion(tx, bucket, key, VersionId, BypassGovernanceRetention)
  if (bucket.versioning) {
    const marker = addDeleteMarker(tx, bucket, key, ownershipOf(tx.caller))
    return { DeleteMarker: true, VersionId: marker.versionId }
  }
  const newest = newestVersion(tx, bucket.name, key)
  if (newest) removeVersion(tx, newest)
  return {}
}

const deleteVersion = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  versionId: string,
  bypass: boolean | undefined,
): DeleteObjectOutput => {
  checkVersionId(versionId)
  const version = versionNamed(tx, bucket.name, key, versionId)
  if (!version) return { VersionId: versionId }
  checkUnlocked(tx, bucket, version, bypass)
  removeVersion(tx, version)
  return { VersionId: versionId, ...(version.deleteMarker ? { DeleteMarker: true } : {}) }
}
