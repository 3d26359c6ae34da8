// SPDX-License-Identifier: BSD-2-Clause
// The public access block of a bucket, as it is put, shown and removed. What it does: public-access.ts.
import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { refuseXml } from '../wire/xml-reader'
import { bucketFor } from './demands'

export const getPublicAccessBlock: Operation<GetPublicAccessBlockRequest, GetPublicAccessBlockOutput> = (
  tx,
  input,
) => {
  const { name, publicAccess } = bucketFor(tx, input, 'GetPublicAccessBlock')
  if (!publicAccess) {
    return refuse(
      'NoSuchPublicAccessBlockConfiguration',
      'The public access block configuration was not found',
      404,
      { BucketName: name },
    )
  }
  return {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: publicAccess.blocksAcls,
      IgnorePublicAcls: publicAccess.ignoresAcls,
      BlockPublicPolicy: publicAccess.blocksPolicies,
      RestrictPublicBuckets: publicAccess.restricts,
    },
  }
}

export const putPublicAccessBlock: Operation<PutPublicAccessBlockRequest, {}> = (tx, input) => {
  const bucket = bucketFor(tx, input, 'PutPublicAccessBlock')
  const asked = input.PublicAccessBlockConfiguration
  if (!asked) return refuseXml()
  const publicAccess = {
    blocksAcls: asked.BlockPublicAcls ?? false,
    ignoresAcls: asked.IgnorePublicAcls ?? false,
    blocksPolicies: asked.BlockPublicPolicy ?? false,
    restricts: asked.RestrictPublicBuckets ?? false,
  }
  tx.buckets.put({ ...bucket, publicAccess })
  return {}
}

export const deletePublicAccessBlock: Operation<DeletePublicAccessBlockRequest, {}> = (tx, input) => {
  const { publicAccess: _, ...bucket } = bucketFor(tx, input, 'DeletePublicAccessBlock')
  tx.buckets.put(bucket)
  return {}
}
