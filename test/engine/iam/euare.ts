// SPDX-License-Identifier: BSD-2-Clause
// Euare as the tools speak to it: the SDK's client lacks what is Eucalyptus' own.
import assert from 'node:assert/strict'
import { clientFor, type IamClient } from '../../../src/clients'
import { loadSettings } from '../../../src/config'
import type { Cloud } from '../../support/cloud'

export interface Key {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

/** A client that signs with a key; by default with that of the cloud's administrator. */
export const euareOf = (c: Cloud, { id, secret, token }: Key = c.key): Promise<IamClient> => {
  const settings = loadSettings({
    env: { MALLEE_HOME: c.home, EUCA_CONFIG_PATH: '' },
    home: c.home,
    cwd: c.home,
  })
  return clientFor(
    'iam',
    { ...settings, credentials: () => ({ accessKeyId: id, secretKey: secret, ...(token && { token }) }) },
    { door: request => c.engine.handle(request), now: () => c.clock.now() },
  )
}

/** The request is refused with this code and status, and, where one is given, this message. */
export const refusal = async (
  request: Promise<unknown>,
  code: string,
  status: number,
  message?: string,
): Promise<void> => {
  const error = await request.then(
    () => assert.fail(`not refused with ${code}`),
    (error: { code: string; status: number; message: string }) => error,
  )
  assert.deepEqual(
    { code: error.code, status: error.status, message: message === undefined ? undefined : error.message },
    { code, status, message },
    error.message,
  )
}

export const allowing = (
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
): string => JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] })

/** A new user of an account with a key, and with these policies: a client that signs as he. */
export const userOf = async (
  c: Cloud,
  admin: IamClient,
  name: string,
  ...documents: readonly string[]
): Promise<IamClient> => {
  await admin.createUser({ UserName: name })
  for (const [index, PolicyDocument] of documents.entries()) {
    await admin.putUserPolicy({ UserName: name, PolicyName: `p${index}`, PolicyDocument })
  }
  const { AccessKey } = await admin.createAccessKey({ UserName: name })
  return euareOf(c, { id: AccessKey?.AccessKeyId ?? '', secret: AccessKey?.SecretAccessKey ?? '' })
}

/** All records of identities, to see that nothing has changed. */
export const identities = (c: Cloud): string =>
  c.engine.read(tx =>
    JSON.stringify([
      tx.accounts.list(),
      tx.accessKeys.list(),
      ...[tx.users, tx.groups, tx.heldPolicies, tx.signingCertificates, tx.mfaDevices].map(table =>
        table.everywhere(),
      ),
    ]),
  )
