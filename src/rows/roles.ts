// SPDX-License-Identifier: BSD-2-Clause
import type { Role } from '@aws-sdk/client-iam'
import type { Row } from './cell'
import { plain } from './plain'
import { documentLines } from './policies'

/** ARN, ID and who may assume it. */
export const roleLines = (role: Role | undefined): Row[] => [
  plain(role?.Arn),
  plain(role?.RoleId),
  ...documentLines(role?.AssumeRolePolicyDocument, { prettyPrint: false }),
]
