// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'

interface ServiceError {
  readonly name: string
  readonly Code?: string
  readonly message: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** The request is refused with this code and status, and, where one is given, this message. */
export const refusedWith = async (
  code: string,
  status: number,
  message: string | undefined,
  request: Promise<unknown>,
): Promise<void> => {
  await assert.rejects(request, (error: ServiceError) => {
    const { Code, name, $metadata } = error
    // The SDK appends `Exception` to the names of some.
    assert.deepEqual([Code ?? name, $metadata?.httpStatusCode], [code, status], `${name}: ${error.message}`)
    if (message !== undefined) assert.equal(error.message, message)
    return true
  })
}
