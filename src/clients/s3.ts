// SPDX-License-Identifier: BSD-2-Clause
// Schemas are imported one by one: what is not named here is not in the bundle.
import {
  CreateBucket$,
  DeleteBucket$,
  DeleteObject$,
  GetObject$,
  HeadObject$,
  ListBuckets$,
  ListObjects$,
  PutObject$,
} from '@aws-sdk/client-s3'
import type { Settings } from '../config'
import type { Connection } from './connection'
import type { S3Client } from './operations'
import { methodsOf } from './query-client'
import { restSender } from './rest-client'

export const open = (connection: Connection, settings: Settings): S3Client =>
  methodsOf<S3Client>(restSender(connection, { v4: settings.s3ForceSigv4 }), {
    createBucket: CreateBucket$,
    deleteBucket: DeleteBucket$,
    deleteObject: DeleteObject$,
    getObject: GetObject$,
    headObject: HeadObject$,
    listBuckets: ListBuckets$,
    listObjects: ListObjects$,
    putObject: PutObject$,
  })
