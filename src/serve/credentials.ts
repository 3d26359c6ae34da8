// SPDX-License-Identifier: BSD-2-Clause
import { rename, rm, writeFile } from 'node:fs/promises'
import type { Networking } from '../engine/ec2/vpc/networking'
import { Engine } from '../engine/engine'
import { credentialFiles, holderOf, writeCredentialFolder, zipOf } from '../engine/iam/credentials'
import { handedOut } from '../engine/iam/signing-certificates'
import { servers } from './claim'

export interface CredentialOrder {
  readonly home: string
  readonly account: string
  readonly user: string
  readonly endpoint: string | undefined
  /** A folder, or a file whose name ends in .zip. */
  readonly path: string
  /** Of a cloud that is not there yet. */
  readonly networking?: Networking | undefined
}

/** Readable by its owner alone; there as a whole, or not at all. Errors name it, and not what it is called meanwhile. */
const writeArchive = async (path: string, bytes: Buffer): Promise<void> => {
  const unfinished = `${path}.part`
  try {
    // One that was left unfinished may be open to others.
    await rm(unfinished, { force: true })
    await writeFile(unfinished, bytes, { mode: 0o600, flag: 'wx' })
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw Object.assign(error as Error, { path, dest: undefined })
  }
}

/** Write a user's credential folder or archive. Throws the engine's refusal when there is no such user. */
export const writeCredentials = async ({
  home,
  account,
  user,
  endpoint,
  path,
  networking,
}: CredentialOrder): Promise<void> => {
  const engine = await Engine.open({ home, ...(networking && { networking }) })
  try {
    const address = endpoint ?? servers(home)[0]?.endpoint ?? 'http://127.0.0.1:8773'
    const order = { account, user, endpoint: address.replace(/\/+$/, '') }
    const files = engine.write(tx => {
      handedOut(tx, holderOf(tx, order).user)
      return credentialFiles(tx, order)
    })
    if (!path.endsWith('.zip')) {
      writeCredentialFolder(path, files)
      return
    }
    await writeArchive(path, zipOf(files, new Date()))
  } finally {
    await engine.close()
  }
}
