// SPDX-License-Identifier: BSD-2-Clause
import type { ValidationExceptionReason } from '@aws-sdk/client-ebs'
import { Refusal, refuse } from '../errors'

/** What was sent cannot be served, for one of the reasons that the API has names for. */
export const refuseInput = (reason: ValidationExceptionReason, message: string): never =>
  refuse('ValidationException', message, undefined, { Reason: reason })

export const refuseValue = (message: string): never => refuseInput('INVALID_PARAMETER_VALUE', message)

export const refuseMissing = (snapshotId: string): never =>
  refuse('ResourceNotFoundException', `The snapshot '${snapshotId}' does not exist.`, undefined, {
    Reason: 'SNAPSHOT_NOT_FOUND',
  })

export const refuseAccess = (message: string): never =>
  refuse('AccessDeniedException', message, undefined, { Reason: 'UNAUTHORIZED_ACCOUNT' })

const refuseQuota = (message: string): never =>
  refuse('ServiceQuotaExceededException', message, undefined, {
    Reason: 'DEPENDENCY_SERVICE_QUOTA_EXCEEDED',
  })

/** What EC2 refuses of the request for want of room is said in its words, as a quota of a service that this one needs. */
export const withinQuota = (check: () => void): void => {
  try {
    check()
  } catch (error) {
    if (error instanceof Refusal) refuseQuota(error.message)
    throw error
  }
}
