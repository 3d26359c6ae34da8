// SPDX-License-Identifier: BSD-2-Clause
import type { Role } from '@aws-sdk/client-iam'
import { plain } from './plain'

/** ARN, ID and who may assume it. */
export const roleLines = (role: Role | undefined): string[] => [
  plain(role?.Arn),
  plain(role?.RoleId),
  plain(decoded(role?.AssumeRolePolicyDocument)),
]

// Policies are URL-encoded inside answers. What is not is shown as it came.
const decoded = (document: string | undefined): string | undefined => {
  try {
    return document && decodeURIComponent(document)
  } catch {
    return document
  }
}
