// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import type { S3ServiceException } from '@aws-sdk/client-s3'

/** The text of an object that was got. */
export const read = async ({ Body }: { Body?: { transformToString(): Promise<string> } }): Promise<string> =>
  (await Body?.transformToString()) ?? ''

/** Fails unless the request is refused with this code (undefined where an answer has no body) and status. */
export const refused = async (
  request: Promise<unknown>,
  code: string | undefined,
  status: number,
): Promise<S3ServiceException> => {
  try {
    await request
  } catch (error) {
    const refusal = error as S3ServiceException & { Code?: string }
    if (code !== undefined) assert.equal(refusal.Code ?? refusal.name, code)
    assert.equal(refusal.$metadata?.httpStatusCode, status, String(error))
    return refusal
  }
  return assert.fail(`was not refused with ${code ?? status}`)
}
