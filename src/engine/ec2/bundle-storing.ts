// SPDX-License-Identifier: BSD-2-Clause
// A finished bundle on its way into its bucket. Only the job needs it, so that it is not read with the operations.
import type { Caller, StagedBody, Tx } from '../operation'
import { isOwner, ownershipOf, principalOf, refuseAccess } from '../s3/access'
import { aclOf } from '../s3/acls'
import { demand } from '../s3/demands'
import { storeBody } from '../s3/objects'
import { checkSaying } from '../s3/ownership'
import type { Bucket } from '../s3/schema'
import { checkStorage } from '../s3/usage'
import { storingDemands } from '../s3/values'
import { bundleAcl, isPrefixInUse, judge, prefixInUse } from './bundle-tasks-storage'
import type { BundleTask } from './schema/bundle-tasks'

export interface BundleFile {
  readonly key: string
  readonly body: StagedBody
}

const store = (tx: Tx, bucket: Bucket, owner: Caller, { key, body }: BundleFile): void => {
  const ownership = ownershipOf(owner)
  storeBody(tx, bucket, key, body, {
    owner: ownership,
    acl: aclOf(tx, { ACL: bundleAcl }, ownership, bucket),
    content: {},
    metadata: {},
    tags: [],
    storageClass: 'STANDARD',
  })
}

/** Store a bundle, or refuse: the policy's time may be over by now, the bucket another's, the names taken. */
export const storeBundle = (tx: Tx, task: BundleTask, files: readonly BundleFile[]): void => {
  const { bucket: name, prefix, leave } = task
  if (!leave) throw new Error(`bundle task ${task.id} has no leave to store anything`)
  const bucket = tx.buckets.must(name)
  checkSaying(bucket, true)
  if (isPrefixInUse(tx, name, prefix)) prefixInUse(name, prefix)
  for (const file of files) {
    const owner = judge(tx, leave, name, file.key, file.body.bytes)
    if (!isOwner(principalOf(owner), bucket)) refuseAccess()
    // Whoever signed the policy may do no more by it than by a form.
    demand(
      tx,
      storingDemands(tx, bucket, file.key, 'PutObject', { ACL: bundleAcl }, { caller: owner }),
      owner,
    )
    checkStorage(tx, bucket, file.key, { objects: 1, bytes: file.body.bytes }, owner)
    store(tx, bucket, owner, file)
  }
}
