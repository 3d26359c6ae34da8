// SPDX-License-Identifier: BSD-2-Clause
// How tests of this room state what an SDK client's call is answered.
import assert from 'node:assert/strict'

/** The call is refused with this code, and with this message when one is given. */
export const refused = async (
  call: Promise<unknown>,
  code: string,
  message?: string | RegExp,
): Promise<void> => {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, code, `${error.name}: ${error.message}`)
    if (typeof message === 'string') assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  })
}
