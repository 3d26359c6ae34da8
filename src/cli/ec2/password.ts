// SPDX-License-Identifier: BSD-2-Clause
// The password of a Windows instance, encrypted for its key pair.
import { isUtf8 } from 'node:buffer'
import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto'

class PasswordError extends Error {
  override readonly name = 'PasswordError'
}

const readKey = (pem: Buffer, file: string): KeyObject => {
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw new PasswordError(`'${file}' is not a private key`, { cause })
  }
}

/**
 * Decrypts what GetPasswordData answers: base64 of RSA with PKCS#1 v1.5 padding.
 * The padding is taken off here, because Node refuses or falsifies it where OpenSSL cannot hide whether it was right.
 */
export const decryptPassword = (data: string | undefined, pem: Buffer, file: string): string => {
  if (!data?.trim()) throw new PasswordError('the instance has no password data yet')
  const key = readKey(pem, file)
  const unable = (cause?: unknown) =>
    new PasswordError(`the password cannot be decrypted with '${file}'`, { cause })
  let block: Buffer
  try {
    block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(data, 'base64'))
  } catch (cause) {
    throw unable(cause)
  }
  const end = block.indexOf(0, 2)
  if (block[0] !== 0 || block[1] !== 2 || end < 10) throw unable()
  // Of some fifty thousand blocks that another key makes, one looks padded.
  const password = block.subarray(end + 1)
  if (!isUtf8(password) || /\p{Cc}/u.test(password.toString())) throw unable()
  return password.toString()
}
