// SPDX-License-Identifier: BSD-2-Clause
import { refuse } from '../errors'

/** What S3 has and this cloud lacks, said in S3's words. */
export const refuseUnimplemented = (): never =>
  refuse('NotImplemented', 'A header you provided implies functionality that is not implemented', 501)
