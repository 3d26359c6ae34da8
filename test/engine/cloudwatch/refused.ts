// SPDX-License-Identifier: BSD-2-Clause
// How the current SDK tells of CloudWatch's refusals: the exception is called as in JSON, the code of old goes beside it.
import assert from 'node:assert/strict'

/** What the exceptions are called that most of the refusals are. */
export const value = 'InvalidParameterValueException'
export const combination = 'InvalidParameterCombinationException'
export const missing = 'MissingRequiredParameterException'

/** The call is refused with this code, and with this message. */
export const refusedWith = async (
  call: Promise<unknown>,
  code: string,
  message: string | RegExp,
): Promise<void> => {
  await assert.rejects(call, (error: Error & { readonly Error?: { readonly Code?: string } }) => {
    assert.equal(error.Error?.Code ?? error.name, code, `${error.name}: ${error.message}`)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  })
}
