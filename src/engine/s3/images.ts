// SPDX-License-Identifier: BSD-2-Clause
// How images are read out of buckets: by a system account of their own, which is the one member of the group that
// the canned list `aws-exec-read` grants READ to. It is among those that `ec2-bundle-read` lets read, too: instances are
// bundled with that list, and what is bundled is to be registered.
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { bucketNamed, imageReader, may, refuseAccess } from './access'
import { heeded } from './ownership'
import type { StoredObject } from './schema'
import { checkedKey, currentObject } from './versions'

/**
 * The object as `(eucalyptus)aws-exec-read` may read it, whoever the caller is. Refusals: NoSuchBucket, NoSuchKey,
 * AccessDenied. `slicesOf` tells where its bytes are.
 */
export const readForImages = (tx: Tx, bucketName: string, key: string): StoredObject => {
  const bucket = bucketNamed(tx, bucketName)
  const object = currentObject(tx, bucket.name, checkedKey(key))
  if (!object) return refuse('NoSuchKey', 'The specified key does not exist.', 404, { Key: key })
  return may(imageReader, heeded(bucket, object), 'READ') ? object : refuseAccess()
}
